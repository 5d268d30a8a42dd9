-- +goose Up

-- When e-mail address and domicile were last changed: for a while nothing that opens the credentials is sent there (mission S25).
ALTER TABLE person ADD COLUMN email_changed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN domicile_changed_at BIGINT NOT NULL DEFAULT 0;

-- What the audit says of one person, who may read it (Y11).
CREATE INDEX audit_person ON audit (person_mac, seq);
