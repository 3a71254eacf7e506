import { membersOf } from '../lib/unknown.js';
import { ControlError } from './control-error.js';

/** Why a checkup did not begin, as the control API says it: the message of the checkup, or of the control API that it asked. */
export function refusalOfCheckup(error: Error): Error {
  const { name, reason, fix, status, code } = membersOf(error);
  const advice = typeof fix === 'string' ? fix : undefined;
  if (typeof reason === 'string') return new ControlError(409, 'checkup_stopped', reason, advice);
  if (name === 'AbortError') return new ControlError(409, 'checkup_stopped', 'the checkup was stopped before it began');
  if (typeof status === 'number' && typeof code === 'string') return new ControlError(status, code, error.message, advice);
  return error;
}
