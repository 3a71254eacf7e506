/** Whether the control API refused a request. */
export const isRefusal = (error: unknown): error is Error => {
  const { status } = error as { status?: unknown };
  return error instanceof Error && typeof status === 'number' && status >= 400 && status < 500;
};

/** What the control API said, and what to do: some errors have that in their message as well. */
export function refusalIn({ message, fix }: Error & { readonly fix?: string | undefined }) {
  return { message: fix === undefined ? message : message.replace(`\n  fix: ${fix}`, ''), fix };
}
