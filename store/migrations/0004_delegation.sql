-- +goose Up

-- By what right somebody declares for another (DPR 445/2000 art. 4), and what the desk saw and kept (001 §5.1.1).
ALTER TABLE delegation ADD COLUMN capacity TEXT NOT NULL DEFAULT '';
ALTER TABLE delegation ADD COLUMN court TEXT NOT NULL DEFAULT '';
ALTER TABLE delegation ADD COLUMN act_number TEXT NOT NULL DEFAULT '';
ALTER TABLE delegation ADD COLUMN act_on TEXT NOT NULL DEFAULT '';
ALTER TABLE delegation ADD COLUMN act_until TEXT NOT NULL DEFAULT '';
ALTER TABLE delegation ADD COLUMN impediment BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE delegation ADD COLUMN none_before BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE delegation ADD COLUMN form_kept BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE delegation ADD COLUMN document_seen BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE delegation ADD COLUMN citizen_copy BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE delegation ADD COLUMN act_seen BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE delegation ADD COLUMN reason TEXT NOT NULL DEFAULT '';
-- For whom else a delegate has come.
CREATE INDEX delegation_tax_code ON delegation (tax_code);

-- A code that another desk made anew: who did, where, when, and how often its letter was printed (001 §5.3).
ALTER TABLE handover ADD COLUMN renewed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE handover ADD COLUMN renewed_ente TEXT NOT NULL DEFAULT '';
ALTER TABLE handover ADD COLUMN renewed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE handover ADD COLUMN renewed_prints INTEGER NOT NULL DEFAULT 0;
CREATE INDEX handover_renewed ON handover (renewed_by) WHERE sealed_code IS NOT NULL;
