-- +goose Up

-- What somebody asks of an ente through its portal (003), apart from the registrations. Data, the second part of the PIN and the documents are sealed
-- under a key of this request alone: with the row it is destroyed, and what a copy of the database still holds cannot be read.
CREATE TABLE credential_request (
    id              TEXT    PRIMARY KEY,
    realm           TEXT    NOT NULL,
    community       TEXT    NOT NULL,
    ente_id         TEXT    NOT NULL,
    purpose         TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    browser         TEXT    NOT NULL,
    link            TEXT    NOT NULL,
    own_key         BYTEA   NOT NULL,
    data            BYTEA   NOT NULL,
    second          BYTEA,
    registration_id TEXT    NOT NULL,
    request_id      TEXT    NOT NULL,
    created_at      BIGINT  NOT NULL,
    sent_at         BIGINT  NOT NULL,
    next_at         BIGINT  NOT NULL,
    kept_until      BIGINT  NOT NULL,
    version         INTEGER NOT NULL
);
CREATE UNIQUE INDEX credential_request_browser ON credential_request (browser) WHERE browser <> '';
CREATE UNIQUE INDEX credential_request_link ON credential_request (link) WHERE link <> '';
CREATE INDEX credential_request_due ON credential_request (next_at) WHERE next_at <> 0;
CREATE INDEX credential_request_kept ON credential_request (kept_until);
CREATE INDEX credential_request_request ON credential_request (request_id) WHERE request_id <> '';
CREATE INDEX credential_request_registration ON credential_request (registration_id) WHERE registration_id <> '';

-- The files that came with it.
CREATE TABLE document (
    id                    TEXT    PRIMARY KEY,
    credential_request_id TEXT    NOT NULL REFERENCES credential_request (id) ON DELETE CASCADE,
    kind                  TEXT    NOT NULL,
    bytes                 INTEGER NOT NULL,
    pages                 INTEGER NOT NULL,
    added_at              BIGINT  NOT NULL,
    file                  BYTEA   NOT NULL
);
CREATE INDEX document_request ON document (credential_request_id, added_at);

-- Until when a password that the house has drawn lets in; 0 for one that the citizen chose (mission S23).
ALTER TABLE credential ADD COLUMN temporary_until BIGINT NOT NULL DEFAULT 0;
