-- +goose Up

-- Evidence that waits for a clerk: fax, e-mail, registered letter, telephone, applications to an ente (L01-L06). What it says is sealed.
CREATE TABLE request (
    id              TEXT    PRIMARY KEY,
    realm           TEXT    NOT NULL,
    community       TEXT    NOT NULL,
    ente_id         TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    problem         TEXT    NOT NULL,
    registration_id TEXT    NOT NULL,
    source          TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    taken_by        TEXT    NOT NULL,
    taken_at        BIGINT  NOT NULL,
    proposed_by     TEXT    NOT NULL,
    notice_at       BIGINT  NOT NULL,
    opened_at       BIGINT  NOT NULL,
    deadline        BIGINT  NOT NULL,
    closed_at       BIGINT  NOT NULL,
    answers         TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    content         BYTEA,
    version         INTEGER NOT NULL
);
CREATE INDEX request_todo ON request (realm, deadline, id) WHERE closed_at = 0;
CREATE INDEX request_done ON request (realm, closed_at, id) WHERE closed_at <> 0;
CREATE INDEX request_registration ON request (registration_id) WHERE registration_id <> '';
-- The same evidence makes one request, however often it is read.
CREATE UNIQUE INDEX request_source ON request (realm, source) WHERE source <> '';

CREATE TABLE request_note (
    id          TEXT   PRIMARY KEY,
    request_id  TEXT   NOT NULL REFERENCES request (id) ON DELETE CASCADE,
    at          BIGINT NOT NULL,
    operator_id TEXT   NOT NULL,
    words       BYTEA  NOT NULL
);
CREATE INDEX request_note_request ON request_note (request_id, at);

CREATE TABLE request_evidence (
    id          TEXT    PRIMARY KEY,
    request_id  TEXT    NOT NULL REFERENCES request (id) ON DELETE CASCADE,
    name        TEXT    NOT NULL,
    media       TEXT    NOT NULL,
    sha256      TEXT    NOT NULL,
    bytes       INTEGER NOT NULL,
    pages       INTEGER NOT NULL,
    received_at BIGINT  NOT NULL,
    file        BYTEA   NOT NULL
);
CREATE INDEX request_evidence_request ON request_evidence (request_id, received_at);
