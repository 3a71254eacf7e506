/** Why a checkup could not be run, or not to its end, and what to do. */
export class CheckupStopped extends Error {
  override readonly name = 'CheckupStopped';

  constructor(
    readonly reason: string,
    readonly fix: string,
  ) {
    super(`checkup: ${reason}`);
  }
}
