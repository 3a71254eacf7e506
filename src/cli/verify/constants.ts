/** An id that nothing has. */
export const nothing = '99999999-9999-4999-8999-999999999999';

/** A challenge of the right form. */
export const challenge = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' };
