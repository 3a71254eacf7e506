import { decodeJwt, decodeProtectedHeader } from 'jose';

type Members = Readonly<Record<string, unknown>>;

/** `#root.context.requestData`: the token request as attribute mappings see it (docs/fidelity.md, 6.6). */
export interface RequestData {
  readonly grantType?: string | undefined;
  readonly scope?: string | undefined;
  readonly requestedTokenType?: string | undefined;
  readonly clientAssertion?: Members | undefined;
  readonly clientAssertionHeader?: Members | undefined;
  readonly subjectToken?: Members | undefined;
  readonly subjectTokenHeader?: Members | undefined;
  readonly subjectTokenType?: string | undefined;
  readonly actorToken?: Members | undefined;
  readonly actorTokenHeader?: Members | undefined;
  readonly actorTokenType?: string | undefined;
}

interface Asked {
  readonly grant_type?: string;
  readonly scope?: string;
  readonly requested_token_type?: string;
  readonly client_assertion?: string;
  readonly subject_token_type?: string;
  readonly actor_token_type?: string;
}

/** The parts of a JWT; none if the text is not one. */
function readJwt(token: string | undefined): { header?: Members; payload?: Members } {
  if (token === undefined) return {};
  try {
    return { header: { ...decodeProtectedHeader(token) }, payload: decodeJwt(token) };
  } catch {
    return {};
  }
}

/** What a token request says, without the tokens that it exchanges: those count only once they are verified. */
export function requestDataOf(asked: Asked): RequestData {
  const { header, payload } = readJwt(asked.client_assertion);
  return {
    grantType: asked.grant_type,
    scope: asked.scope,
    requestedTokenType: asked.requested_token_type,
    subjectTokenType: asked.subject_token_type,
    actorTokenType: asked.actor_token_type,
    clientAssertion: payload,
    clientAssertionHeader: header,
  };
}
