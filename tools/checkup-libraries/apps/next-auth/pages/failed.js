export const getServerSideProps = async ({ res }) => {
  res.statusCode = 400;
  return { props: {} };
};

export default function Page() {
  return 'The sign-on failed.';
}
