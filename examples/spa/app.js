// Sign-on in the page alone: authorization code with PKCE, with oidc-client-ts. There is no secret and no server of its own.
const { UserManager, WebStorageStateStore } = globalThis.oidc;
const { issuer, clientId } = await (await fetch('/config.json')).json();

const manager = new UserManager({
  authority: issuer,
  client_id: clientId,
  redirect_uri: `${location.origin}/callback`,
  scope: 'openid profile email',
  loadUserInfo: true,
  automaticSilentRenew: false,
  userStore: new WebStorageStateStore({ store: sessionStorage }),
});

const element = (id) => document.getElementById(id);

function show(user, times = 0) {
  element('status').textContent = user
    ? `Signed on as ${user.profile.preferred_username}${times > 0 ? `, refreshed ${times} times` : ''}`
    : 'Nobody is signed on';
  element('sign-in').hidden = Boolean(user);
  element('refresh').hidden = element('sign-out').hidden = !user;
}

const fail = (error) => {
  element('status').textContent = `Sign-on failed: ${error.error ?? error.message}`;
  element('sign-in').hidden = false;
};

let refreshed = 0;
element('sign-in').addEventListener('click', () => manager.signinRedirect().catch(fail));
element('refresh').addEventListener('click', async () => {
  try {
    const user = await manager.signinSilent();
    refreshed += 1;
    show(user, refreshed);
  } catch (error) {
    fail(error);
  }
});
element('sign-out').addEventListener('click', async () => {
  await manager.revokeTokens().catch(() => {});
  await manager.removeUser();
  show(undefined);
});

if (location.pathname === '/callback') {
  try {
    await manager.signinRedirectCallback();
    history.replaceState({}, '', '/');
    show(await manager.getUser());
  } catch (error) {
    fail(error);
  }
} else show(await manager.getUser());
