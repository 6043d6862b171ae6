/** Allure puts a call to a web analytics host into every page that it makes, whatever it is told. */
const HOST = 'googletagmanager.com';
/** The call, and the script after it that feeds it. */
const CALL =
  /<script async src="https:\/\/www\.googletagmanager\.com\/[^"]*"><\/script>\s*<script>(?:(?!<\/script>)[\s\S])*?gtag\((?:(?!<\/script>)[\s\S])*?<\/script>/g;

/** @throws Error where that is not all there is of it: another version may do it another way. */
export function withoutAnalytics(page: string): string {
  const plain = page.replace(CALL, '');
  if (plain.includes(HOST) || /\bgtag\(/.test(plain)) throw new Error(`the page still mentions ${HOST}`);
  return plain;
}
