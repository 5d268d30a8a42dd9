-- +goose Up

CREATE TABLE person (
    id              TEXT    PRIMARY KEY,
    realm           TEXT    NOT NULL,
    tax_code        TEXT    NOT NULL,
    surname         TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    birth_date      TEXT    NOT NULL,
    sex             TEXT    NOT NULL,
    address         TEXT    NOT NULL,
    civic           TEXT    NOT NULL,
    province        TEXT    NOT NULL,
    comune          TEXT    NOT NULL,
    postal_code     TEXT    NOT NULL,
    city            TEXT    NOT NULL,
    nation          TEXT    NOT NULL,
    dom_elsewhere   BOOLEAN NOT NULL,
    dom_care_of     TEXT    NOT NULL,
    dom_address     TEXT    NOT NULL,
    dom_civic       TEXT    NOT NULL,
    dom_province    TEXT    NOT NULL,
    dom_comune      TEXT    NOT NULL,
    dom_postal_code TEXT    NOT NULL,
    email           TEXT    NOT NULL,
    no_email        BOOLEAN NOT NULL,
    phone           TEXT    NOT NULL,
    mobile          TEXT    NOT NULL,
    doc_kind        TEXT    NOT NULL,
    doc_number      TEXT    NOT NULL,
    doc_issued_on   TEXT    NOT NULL,
    doc_expires_on  TEXT    NOT NULL,
    doc_issuer      TEXT    NOT NULL,
    surname_folded  TEXT    NOT NULL,
    name_folded     TEXT    NOT NULL,
    version         INTEGER NOT NULL
);
CREATE UNIQUE INDEX person_tax_code ON person (realm, tax_code);
CREATE INDEX person_name ON person (realm, surname_folded, name_folded);
CREATE INDEX person_comune ON person (realm, comune, surname_folded, name_folded);

-- Tax codes can change: every one that a person ever had, with its dates (mission S9).
CREATE TABLE tax_code (
    person_id  TEXT   NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    code       TEXT   NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to   BIGINT NOT NULL,
    cause      TEXT   NOT NULL,
    PRIMARY KEY (person_id, code, valid_from)
);
CREATE INDEX tax_code_code ON tax_code (code);

-- Where each field of the form came from, and when it was read (Y06).
CREATE TABLE provenance (
    person_id TEXT    NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    field     TEXT    NOT NULL,
    source    TEXT    NOT NULL,
    read_at   BIGINT  NOT NULL,
    edited    BOOLEAN NOT NULL,
    PRIMARY KEY (person_id, field)
);

CREATE TABLE registration (
    id           TEXT    PRIMARY KEY,
    number       TEXT    NOT NULL UNIQUE,
    person_id    TEXT    NOT NULL REFERENCES person (id),
    realm        TEXT    NOT NULL,
    community    TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    strong       BOOLEAN NOT NULL,
    created_at   BIGINT  NOT NULL,
    verified_at  BIGINT  NOT NULL,
    verified_by  TEXT    NOT NULL,
    pin_held     BOOLEAN NOT NULL,
    pin_printed  BIGINT  NOT NULL,
    pin_prints   INTEGER NOT NULL,
    activated_at BIGINT  NOT NULL,
    promoted_at  BIGINT  NOT NULL,
    strong_since BIGINT  NOT NULL,
    desk_note    TEXT    NOT NULL,
    other_note   TEXT    NOT NULL,
    version      INTEGER NOT NULL
);
-- One live registration per person and realm (mission S9).
CREATE UNIQUE INDEX registration_person ON registration (person_id) WHERE state <> 'respinto';
CREATE INDEX registration_state ON registration (realm, state, created_at);

CREATE TABLE operation (
    id              TEXT    PRIMARY KEY,
    registration_id TEXT    NOT NULL REFERENCES registration (id) ON DELETE CASCADE,
    kind            TEXT    NOT NULL,
    outcome         TEXT    NOT NULL,
    booked_at       BIGINT  NOT NULL,
    operator_id     TEXT    NOT NULL,
    ente_id         TEXT    NOT NULL,
    entitled        BOOLEAN NOT NULL,
    seen_document   BOOLEAN NOT NULL,
    seen_card       BOOLEAN NOT NULL,
    in_person       BOOLEAN NOT NULL,
    shown_privacy   BOOLEAN NOT NULL,
    residence_proof BOOLEAN NOT NULL,
    copies_archived BOOLEAN NOT NULL,
    emancipation    TEXT    NOT NULL,
    disagreement    TEXT    NOT NULL,
    concluded_at    BIGINT  NOT NULL,
    closed_at       BIGINT  NOT NULL,
    close_reason    TEXT    NOT NULL,
    version         INTEGER NOT NULL
);
-- One live operation per registration (H05).
CREATE UNIQUE INDEX operation_pending ON operation (registration_id) WHERE outcome = 'A';
CREATE INDEX operation_registration ON operation (registration_id, booked_at);
-- The print gate: what an operator has not concluded yet (D18).
CREATE INDEX operation_open ON operation (operator_id) WHERE outcome = 'A' AND concluded_at = 0;

CREATE TABLE delegation (
    operation_id   TEXT PRIMARY KEY REFERENCES operation (id) ON DELETE CASCADE,
    kind           TEXT NOT NULL,
    surname        TEXT NOT NULL,
    name           TEXT NOT NULL,
    tax_code       TEXT NOT NULL,
    birth_date     TEXT NOT NULL,
    sex            TEXT NOT NULL,
    doc_kind       TEXT NOT NULL,
    doc_number     TEXT NOT NULL,
    doc_issued_on  TEXT NOT NULL,
    doc_expires_on TEXT NOT NULL,
    doc_issuer     TEXT NOT NULL,
    email          TEXT NOT NULL,
    phone          TEXT NOT NULL
);

CREATE TABLE print (
    operation_id TEXT    NOT NULL REFERENCES operation (id) ON DELETE CASCADE,
    paper        TEXT    NOT NULL,
    count        INTEGER NOT NULL,
    first_at     BIGINT  NOT NULL,
    last_at      BIGINT  NOT NULL,
    PRIMARY KEY (operation_id, paper)
);

-- Sealed until the desk ends, then only hashes (see docs/decisions/0001).
CREATE TABLE handover (
    operation_id    TEXT    PRIMARY KEY REFERENCES operation (id) ON DELETE CASCADE,
    sealed_pin      BYTEA,
    pin             TEXT    NOT NULL,
    sealed_code     BYTEA,
    code            TEXT    NOT NULL,
    code_expires_at BIGINT  NOT NULL,
    tries           INTEGER NOT NULL,
    version         INTEGER NOT NULL
);

CREATE TABLE credential (
    registration_id TEXT    PRIMARY KEY REFERENCES registration (id) ON DELETE CASCADE,
    username        TEXT    NOT NULL,
    password        TEXT    NOT NULL,
    pin             TEXT    NOT NULL,
    question        TEXT    NOT NULL,
    answer          TEXT    NOT NULL,
    set_at          BIGINT  NOT NULL,
    version         INTEGER NOT NULL
);

-- Every username ever given in a realm, folded: none is given twice (mission S10).
CREATE TABLE username (
    realm           TEXT   NOT NULL,
    folded          TEXT   NOT NULL,
    registration_id TEXT   NOT NULL,
    given_at        BIGINT NOT NULL,
    PRIMARY KEY (realm, folded)
);

CREATE TABLE acceptance (
    operation_id    TEXT   NOT NULL REFERENCES operation (id) ON DELETE CASCADE,
    registration_id TEXT   NOT NULL,
    text            TEXT   NOT NULL,
    text_version    TEXT   NOT NULL,
    sha256          TEXT   NOT NULL,
    lang            TEXT   NOT NULL,
    accepted_at     BIGINT NOT NULL,
    PRIMARY KEY (operation_id, text)
);

CREATE TABLE ente (
    id         TEXT    PRIMARY KEY,
    name       TEXT    NOT NULL,
    community  TEXT    NOT NULL,
    realm      TEXT    NOT NULL,
    issues     TEXT    NOT NULL,
    pin_only   BOOLEAN NOT NULL,
    provinces  TEXT    NOT NULL,
    comuni     TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    version    INTEGER NOT NULL
);

CREATE TABLE operator (
    id          TEXT    PRIMARY KEY,
    username    TEXT    NOT NULL UNIQUE,
    tax_code    TEXT    NOT NULL UNIQUE,
    surname     TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    email       TEXT    NOT NULL,
    password    TEXT    NOT NULL,
    totp        BYTEA,
    enrolled_at BIGINT  NOT NULL,
    totp_step   BIGINT  NOT NULL,
    disabled_at BIGINT  NOT NULL,
    last_login  BIGINT  NOT NULL,
    version     INTEGER NOT NULL
);

CREATE TABLE post (
    operator_id TEXT    NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    ente_id     TEXT    NOT NULL REFERENCES ente (id),
    role        TEXT    NOT NULL,
    fse         BOOLEAN NOT NULL,
    PRIMARY KEY (operator_id, ente_id)
);

CREATE TABLE recovery_code (
    operator_id TEXT   NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    code        TEXT   NOT NULL,
    used_at     BIGINT NOT NULL,
    PRIMARY KEY (operator_id, code)
);

-- Log-ins and activations under way; only the hash of the token is kept.
CREATE TABLE session (
    token      TEXT    PRIMARY KEY,
    kind       TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    ente_id    TEXT    NOT NULL,
    stage      TEXT    NOT NULL,
    authn      INTEGER NOT NULL,
    created_at BIGINT  NOT NULL,
    seen_at    BIGINT  NOT NULL,
    fresh_at   BIGINT  NOT NULL,
    data       TEXT    NOT NULL
);
CREATE INDEX session_subject ON session (kind, subject);

-- What an operator has typed so far, so that nothing is lost; it is also the form's id (design: a resubmitted form gets the first one's answer).
CREATE TABLE draft (
    id          TEXT    PRIMARY KEY,
    operator_id TEXT    NOT NULL,
    ente_id     TEXT    NOT NULL,
    data        BYTEA   NOT NULL,
    answer      TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL,
    version     INTEGER NOT NULL
);
CREATE INDEX draft_created ON draft (created_at);

CREATE TABLE attempt (
    key        TEXT    PRIMARY KEY,
    failures   INTEGER NOT NULL,
    first_at   BIGINT  NOT NULL,
    last_at    BIGINT  NOT NULL
);

CREATE TABLE outbox (
    id              TEXT    PRIMARY KEY,
    kind            TEXT    NOT NULL,
    community       TEXT    NOT NULL,
    registration_id TEXT    NOT NULL,
    operation_id    TEXT    NOT NULL,
    recipient       TEXT    NOT NULL,
    lang            TEXT    NOT NULL,
    data            TEXT    NOT NULL,
    sealed_code     BYTEA,
    seal_context    TEXT    NOT NULL,
    message_id      TEXT    NOT NULL,
    attempts        INTEGER NOT NULL,
    created_at      BIGINT  NOT NULL,
    expires_at      BIGINT  NOT NULL,
    next_at         BIGINT  NOT NULL,
    sent_at         BIGINT  NOT NULL,
    failed_at       BIGINT  NOT NULL,
    last_error      TEXT    NOT NULL
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE sent_at = 0 AND failed_at = 0;
CREATE INDEX outbox_operation ON outbox (operation_id);

CREATE TABLE audit (
    seq             BIGINT PRIMARY KEY,
    at              BIGINT NOT NULL,
    deed            TEXT   NOT NULL,
    outcome         TEXT   NOT NULL,
    actor_kind      TEXT   NOT NULL,
    actor           TEXT   NOT NULL,
    ente_id         TEXT   NOT NULL,
    registration_id TEXT   NOT NULL,
    operation_id    TEXT   NOT NULL,
    person_mac      TEXT   NOT NULL,
    reason          TEXT   NOT NULL,
    address         TEXT   NOT NULL,
    request         TEXT   NOT NULL,
    detail          TEXT   NOT NULL,
    leaf            TEXT   NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_registration ON audit (registration_id);
CREATE INDEX audit_actor ON audit (actor, at);

CREATE TABLE audit_head (
    one INTEGER PRIMARY KEY,
    seq BIGINT  NOT NULL
);
INSERT INTO audit_head (one, seq) VALUES (1, 0);
