-- What happened to the labels of a region, and who did it. History, figures of the annotators and the
-- stream of labels are all read from here; "labels" holds the labels that are valid now.
CREATE TABLE label_events (
  campaign   TEXT    NOT NULL REFERENCES campaigns (id),
  -- Counts up from 1 in each campaign: who knows some asks for what is newer.
  sequence   BIGINT  NOT NULL,
  image      INTEGER NOT NULL,
  region     INTEGER NOT NULL,
  event      TEXT    NOT NULL
    CHECK (event IN ('LABELLED', 'IMPORTED', 'CORRECTED', 'SKIPPED', 'SENT_BACK', 'REOPENED')),
  actor      TEXT    NOT NULL,
  -- Whose label it was before: of a correction, of a label sent back or of a region reopened.
  annotator  TEXT,
  comment    TEXT,
  created_at BIGINT  NOT NULL,
  -- The label that this event gave, as in "labels", once it is not valid any more; until then it is there.
  ids        BYTEA,
  -- The version of the campaign at which this event made the region selectable; 0 if it did not.
  version    BIGINT  NOT NULL DEFAULT 0,
  PRIMARY KEY (campaign, sequence)
) ${clustered};
CREATE INDEX label_events_by_region ON label_events (campaign, image, region, sequence);
CREATE INDEX reopened_regions ON label_events (campaign, version) WHERE version > 0;

INSERT INTO label_events (campaign, sequence, image, region, event, actor, created_at)
  SELECT b.campaign, b.sequence, b.image, b.region,
    CASE WHEN r.lease IS NULL THEN 'IMPORTED' ELSE 'LABELLED' END, b.annotator, b.created_at
  FROM labels b JOIN regions r
    ON r.campaign = b.campaign AND r.image = b.image AND r.region = b.region;
