/** PingOne's platform messages (docs/fidelity.md, management 2.2). */
export const platformMessages = {
  INVALID_DATA: 'The request could not be completed. One or more validation errors were in the request.',
  INVALID_REQUEST: 'The request could not be completed. The request was malformed or invalid.',
  REQUEST_FAILED: 'The request could not be completed. There was an issue processing the request.',
  ACCESS_FAILED: 'The request could not be completed. You do not have access to this resource.',
  NOT_FOUND: 'The request could not be completed. The requested resource was not found.',
  REQUEST_LIMITED: 'The request could not be completed. Too many requests were made.',
  UNEXPECTED_ERROR: 'An unexpected error occurred.',
} as const;

export type PlatformCode = keyof typeof platformMessages;
