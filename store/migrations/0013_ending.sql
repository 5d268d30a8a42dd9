-- +goose Up

-- Who has been told that the credentials of their community are about to end, so that nobody is told twice.
CREATE TABLE ending_notice (
    registration_id TEXT   NOT NULL REFERENCES registration (id) ON DELETE CASCADE,
    ends_on         TEXT   NOT NULL,
    told_at         BIGINT NOT NULL,
    PRIMARY KEY (registration_id, ends_on)
);

-- The communities whose credentials have ended.
CREATE TABLE ending (
    community TEXT   NOT NULL,
    ends_on   TEXT   NOT NULL,
    ended_at  BIGINT NOT NULL,
    PRIMARY KEY (community, ends_on)
);

CREATE INDEX registration_community ON registration (community, id) WHERE state = 'attivo';
