-- Rounds of training. The agent that holds a running round reports its progress and so renews its
-- lease; when the lease has ended, another agent may take the round over.
CREATE TABLE rounds (
  campaign    TEXT    NOT NULL REFERENCES campaigns (id),
  -- Counts up from 1.
  round       INTEGER NOT NULL,
  agent       TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('RUNNING', 'DONE', 'FAILED')),
  -- What the agent reported last: JSON, in a format that this table does not know.
  training    TEXT    NOT NULL,
  started_at  BIGINT  NOT NULL,
  reported_at BIGINT  NOT NULL,
  expires_at  BIGINT  NOT NULL,
  PRIMARY KEY (campaign, round)
) ${clustered};

-- The order in which labels came in, from 1 in each campaign: who has some asks for what is newer.
ALTER TABLE labels ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
UPDATE labels SET sequence = ranked.place FROM (SELECT campaign, image, region, ROW_NUMBER() OVER
  (PARTITION BY campaign ORDER BY created_at, image, region) AS place FROM labels) AS ranked
  WHERE labels.campaign = ranked.campaign AND labels.image = ranked.image
  AND labels.region = ranked.region;
CREATE UNIQUE INDEX labels_by_sequence ON labels (campaign, sequence);
