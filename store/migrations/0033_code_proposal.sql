-- +goose Up

-- A changed tax code that a second responsabile has to confirm, where the community asks for four eyes; sealed as the form was.
CREATE TABLE code_proposal (
    registration_id TEXT   PRIMARY KEY REFERENCES registration (id) ON DELETE CASCADE,
    id              TEXT   NOT NULL,
    operator_id     TEXT   NOT NULL,
    ente_id         TEXT   NOT NULL,
    proposed_at     BIGINT NOT NULL,
    data            BYTEA  NOT NULL
);
CREATE INDEX code_proposal_ente ON code_proposal (ente_id, proposed_at);
