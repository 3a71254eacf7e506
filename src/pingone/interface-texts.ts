/** The texts of PingOne's pages whose keys and English words are known, and the translations that are (docs/fidelity.md, management 7.19). */
export const interfaceTexts: Readonly<Record<string, { readonly en: string } & Readonly<Record<string, string>>>> = {
  'flow-ui.button.cancel': { en: 'Cancel', fr: 'Annuler' },
  'flow-ui.button.confirm': { en: 'Confirm' },
  'flow-ui.button.continue': { en: 'Continue' },
  'flow-ui.button.createNewAccount': { en: 'Create new Account' },
  'flow-ui.label.email': { en: 'Email' },
  'flow-ui.label.username': { en: 'Username' },
};

/** The parts of PingOne's interface that texts belong to. */
export const interfaceModules = ['flow-ui', 'my-account', 'portal', 'forms'] as const;
