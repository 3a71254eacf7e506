/** An environment that cannot be added: its id is taken, or it was removed before it was complete. */
export class EnvironmentClash extends Error {
  constructor(
    readonly environmentId: string,
    readonly reason: 'exists' | 'removed',
  ) {
    super(
      reason === 'exists'
        ? `environment ${environmentId} already exists`
        : `environment ${environmentId} was removed while it was being created`,
    );
  }
}
