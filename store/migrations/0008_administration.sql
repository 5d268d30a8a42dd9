-- +goose Up

-- The appointment of a subject that is no administration (A13). Days are ISO text, both included; '' is none.
ALTER TABLE ente ADD COLUMN kind TEXT NOT NULL DEFAULT 'amministrazione';
ALTER TABLE ente ADD COLUMN act_number TEXT NOT NULL DEFAULT '';
ALTER TABLE ente ADD COLUMN act_date TEXT NOT NULL DEFAULT '';
ALTER TABLE ente ADD COLUMN act_authority TEXT NOT NULL DEFAULT '';
ALTER TABLE ente ADD COLUMN valid_from TEXT NOT NULL DEFAULT '';
ALTER TABLE ente ADD COLUMN valid_to TEXT NOT NULL DEFAULT '';

-- Until then a password that somebody else gave lets the operator in, to choose another; 0 is the operator's own.
ALTER TABLE operator ADD COLUMN temporary_until BIGINT NOT NULL DEFAULT 0;

-- Where an ente receives people, and when (K05).
CREATE TABLE branch (
    id          TEXT    PRIMARY KEY,
    ente_id     TEXT    NOT NULL REFERENCES ente (id),
    name        TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    province    TEXT    NOT NULL,
    comune      TEXT    NOT NULL,
    postal_code TEXT    NOT NULL,
    phone       TEXT    NOT NULL,
    hours       TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    access_note TEXT    NOT NULL,
    active      BOOLEAN NOT NULL,
    version     INTEGER NOT NULL
);
CREATE INDEX branch_ente ON branch (ente_id);

-- Every version of a Regolamento or an Informativa that was ever in force; none is changed or deleted.
CREATE TABLE published_text (
    community    TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    text_version TEXT   NOT NULL,
    valid_from   TEXT   NOT NULL,
    sha256       TEXT   NOT NULL,
    markdown     TEXT   NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (community, kind, text_version)
);
CREATE INDEX acceptance_sha256 ON acceptance (sha256);
