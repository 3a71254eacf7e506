const label = '[\\p{L}\\p{N}]([\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?';
const form = new RegExp(`^[^\\s@"(),:;<>[\\]\\\\]{1,64}@${label}(\\.${label})*$`, 'u');

/** Whether a text is an unquoted address of RFC 5321 §4.1.2: one @, no blanks, a host name of labels. */
export const isEmail = (address: string): boolean => address.length <= 254 && form.test(address) && !/^\.|\.\.|\.@/.test(address);
