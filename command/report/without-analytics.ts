/** Allure writes a call to a web analytics host into every page, regardless of its configuration. */
const HOST = 'googletagmanager.com';
/** The call, and the script that follows it. */
const CALL =
  /<script async src="https:\/\/www\.googletagmanager\.com\/[^"]*"><\/script>\s*<script>(?:(?!<\/script>)[\s\S])*?gtag\((?:(?!<\/script>)[\s\S])*?<\/script>/g;

/** Removes the call. @throws Error if a trace of it remains: another version of Allure may use another form. */
export function withoutAnalytics(page: string): string {
  const plain = page.replace(CALL, '');
  if (plain.includes(HOST) || /\bgtag\(/.test(plain)) throw new Error(`the page still mentions ${HOST}`);
  return plain;
}
