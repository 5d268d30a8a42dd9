-- +goose Up

-- Print runs: letters that go to a printing house together, in one file that only it can open (Y07).
CREATE TABLE post_run (
    id         TEXT    PRIMARY KEY,
    number     TEXT    NOT NULL UNIQUE,
    community  TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    claimed    BOOLEAN NOT NULL,
    letters    INTEGER NOT NULL,
    pages      INTEGER NOT NULL,
    left_out   INTEGER NOT NULL,
    remakes    INTEGER NOT NULL,
    key        TEXT    NOT NULL,
    files      TEXT    NOT NULL,
    trouble    TEXT    NOT NULL,
    created_by TEXT    NOT NULL,
    sent_by    TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    ready_at   BIGINT  NOT NULL,
    sent_at    BIGINT  NOT NULL,
    leased_to  BIGINT  NOT NULL,
    version    INTEGER NOT NULL
);
CREATE INDEX post_run_community ON post_run (community, created_at);
-- One run of a community is made at a time.
CREATE UNIQUE INDEX post_run_making ON post_run (community) WHERE state = 'in preparazione';

-- When the secret of a letter was used: only that proves that it arrived; and when a late test letter was told to the administrators.
ALTER TABLE letter ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE letter ADD COLUMN alarmed_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX letter_unsent ON letter (run_id, place) WHERE run_id <> '' AND sent_at = 0;
CREATE INDEX letter_test ON letter (community, created_at) WHERE kind = 'lettera di prova';
