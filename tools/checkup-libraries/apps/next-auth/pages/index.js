import { getServerSession } from 'next-auth/next';
import { options } from '../options.js';

export const getServerSideProps = async ({ req, res }) => ({
  props: { name: (await getServerSession(req, res, options))?.user.name ?? null },
});

/** The page behind the sign-on. */
export default function Page({ name }) {
  return name === null ? 'Not signed on' : `Profile of ${name}`;
}
