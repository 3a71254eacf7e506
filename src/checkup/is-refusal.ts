/** Whether the control API refused a request. */
export const isRefusal = (error: unknown): error is Error => {
  const { status } = error as { status?: unknown };
  return error instanceof Error && typeof status === 'number' && status >= 400 && status < 500;
};
