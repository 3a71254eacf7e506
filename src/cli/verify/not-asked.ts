/** A fact that could not be asked: a role is missing, or what came before it failed. */
export class NotAsked extends Error {}
