/** The first segments below an environment that belong to the sign-on of a person. Applications never ask for them. */
export const signOnAreas = ['flows', 'davinci', 'deviceAuthentications', 'signon', 'myaccount', 'device', 'rp'] as const;

const ofSignOn = new RegExp(`^/[^/]*/(${signOnAreas.join('|')})(/|$)`);

/** Whether a path, percent-encoded or not, is one of them. */
export const isSignOnPath = (path: string): boolean => ofSignOn.test(path);
