/** A page of such a library begins the sign-on with a POST. Here /login sends it, and hands its cookies to the browser. */
export const handOn = (response, cookies, location) => {
  for (const cookie of cookies) response.append('set-cookie', cookie);
  response.redirect(location);
};

/** A `cookie` header from `set-cookie` lines. */
export const cookieOf = (lines) => lines.map((line) => line.split(';', 1)[0]).join('; ');
