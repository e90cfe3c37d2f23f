-- How often a worker took the job. A job that ends its process again and again is given up.
ALTER TABLE jobs ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
