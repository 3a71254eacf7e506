import type { ObservedRule } from './row.js';

const again = 'Start again with /as/authorize.';

/** What a request to a flow of DaVinci has to be. */
export const davinciRules = {
  interaction_known: {
    spec: 'PingOne DaVinci',
    title: 'There is no such interaction, or it has ended',
    why: 'An interaction ends with the sign-on, after fifteen minutes without a request, and when the mock starts again.',
    fix: `Send the interactionId of the last answer as a header. ${again}`,
  },
  interaction_token: {
    spec: 'PingOne DaVinci',
    title: ({ got }) =>
      got === undefined ? 'The header interactionToken is missing' : 'The interactionToken is not that of the interaction',
    why: 'Only the client that began an interaction has its token: with the id alone no one goes on.',
    fix: 'Send interactionId and interactionToken of the same answer as headers.',
  },
  interaction_in_order: {
    spec: 'PingOne DaVinci',
    title: 'The request is not for the form that the flow waits at',
    why: 'A form that was answered already, or one of another flow, is not taken again.',
    fix: 'Send the request to _links.next.href of the last answer, with its id in the body.',
  },
  interaction_button: {
    spec: 'PingOne DaVinci',
    title: ({ got }) => `The form has no button ${got === undefined || got === '' ? 'for an empty actionKey' : got}`,
    fix: 'Send the key of a button or link of the form as parameters.data.actionKey.',
  },
  interaction_field: {
    spec: 'PingOne DaVinci',
    title: ({ got }) => `A value of the form cannot be taken: ${got}`,
    fix: 'Send the values by the keys of the fields as parameters.data.formData: texts, or a list of texts for several choices.',
  },
  interaction_step: {
    spec: 'PingOne DaVinci',
    title: ({ got }) => `The flow goes no further: ${got}`,
    fix: 'See what was sent and what the answer says. The person may try again with the same form.',
  },
  interaction_error_node: {
    spec: 'PingOne DaVinci',
    title: ({ got }) => `The flow led to an error node: ${got}`,
    why: 'The seed says so: the node is of the type error.',
    fix: 'Look at the nodes of the flow policy in the seed, and at the button that led there.',
  },
  challenge_known: {
    spec: 'PingOne DaVinci',
    title: 'The challenge is not one that this interaction waits for',
    fix: 'Ask for the status of the challenge of the last form, with the interactionId of that form.',
  },
  challenge_fresh: {
    spec: 'PingOne DaVinci',
    title: 'The challenge was not answered in time',
    fix: 'Answer the phone sooner: by the inspector, the control API or mock.devices.approve(). Then have the form send a new request.',
  },
} as const satisfies Record<string, ObservedRule>;
