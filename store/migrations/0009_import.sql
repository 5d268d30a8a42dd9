-- +goose Up

-- Lists of preloaded people (A11): how far each has come, so that one that was broken off goes on where it stopped.
CREATE TABLE import (
    id          TEXT    PRIMARY KEY,
    realm       TEXT    NOT NULL,
    ente_id     TEXT    NOT NULL REFERENCES ente (id),
    operator_id TEXT    NOT NULL,
    community   TEXT    NOT NULL,
    uploaded    BOOLEAN NOT NULL,
    name        TEXT    NOT NULL,
    sha256      TEXT    NOT NULL,
    bytes       BIGINT  NOT NULL,
    pins        BOOLEAN NOT NULL,
    state       TEXT    NOT NULL,
    fault       TEXT    NOT NULL,
    checked     TEXT    NOT NULL,
    taken       TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL,
    begun_at    BIGINT  NOT NULL,
    ended_at    BIGINT  NOT NULL,
    version     INTEGER NOT NULL
);
-- The same list is known again, unless it was given up.
CREATE UNIQUE INDEX import_sha256 ON import (realm, ente_id, sha256) WHERE state <> 'annullata';

-- What was found in a line: no line that is well stands here.
CREATE TABLE import_line (
    import_id TEXT    NOT NULL REFERENCES import (id) ON DELETE CASCADE,
    trial     BOOLEAN NOT NULL,
    line      BIGINT  NOT NULL,
    outcome   TEXT    NOT NULL,
    tax_code  TEXT    NOT NULL,
    remarks   TEXT    NOT NULL,
    PRIMARY KEY (import_id, trial, line)
);
