/** How a library is recognised. One sign is enough. */
export interface Signs {
  /** What a project declares, as `package.json openid-client@^6.8.0` or `go.mod github.com/coreos/go-oidc/v3 v3.11.0`. */
  readonly declared?: RegExp;
  /** The user agent of the token request. */
  readonly userAgent?: RegExp;
  /** Another header of the token request, as `x-requested-with: forgerock-sdk`. */
  readonly header?: RegExp;
  /** The path of the redirect URI. */
  readonly redirectPath?: RegExp;
  /** A parameter of the authorization request that only this library sends. */
  readonly parameter?: string;
  /** The name of a cookie that the application sets. */
  readonly cookie?: RegExp;
}

/** How to fix cases with a library. */
export interface LibraryFix {
  /** The cases that it fixes: what their names or groups begin with. */
  readonly cases: readonly string[];
  /** The setting or the call, as its documentation has it. */
  readonly line: string;
  /** The page of the documentation that describes it, where it is another one than the library's. */
  readonly docs?: string;
}

/** A library that signs people on, or that keeps an application's session. */
export interface Library {
  readonly name: string;
  /** Where its documentation describes what the lines use. */
  readonly docs: string;
  readonly signs: Signs;
  /** Only what its documentation says: a case without a line gets none. */
  readonly fixes: readonly LibraryFix[];
}
