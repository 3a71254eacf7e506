// Loaded when the first passkey is checked: the library is a file of its own in the package (tools/build.mjs).
export { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
