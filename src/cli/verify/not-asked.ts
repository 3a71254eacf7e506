/** A fact that could not be asked: a role is missing, or an earlier step failed. */
export class NotAsked extends Error {}
