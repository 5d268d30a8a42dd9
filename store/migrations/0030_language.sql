-- +goose Up

-- In which language somebody last read or accepted a text: letters and mails speak it.
CREATE INDEX acceptance_registration ON acceptance (registration_id);
