/** Passwords of single devices, as JSON beside the verifiers; and which of them a token was got by. */
export const appPasswords = `
ALTER TABLE account ADD COLUMN app_passwords TEXT NOT NULL DEFAULT '[]';
ALTER TABLE fast_token ADD COLUMN app_password TEXT;
`
