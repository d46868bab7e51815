/** What the page for passwords says, in the languages that the client speaks: which of them, the browser says. */
import type { PasswordForm } from '../../http/reply.ts'
import type { Judgement } from './check.ts'

export interface PasswordWords extends PasswordForm {
  readonly back: string
  readonly whose: string
  readonly here: string
  readonly judgements: Readonly<Record<Exclude<Judgement, 'right'>, string>>
}

const en: PasswordWords = {
  lang: 'en',
  dir: 'ltr',
  title: 'Sign in',
  name: 'Name',
  password: 'Password',
  signIn: 'Sign in',
  back: 'Back',
  whose: 'With the name and password of your chat account.',
  here: 'Please sign in here.',
  judgements: {
    wrong: 'That is not right. Please check your name and your password. If you have forgotten it, the service desk gives you a new one.',
    locked: 'Your account is locked; ask the service desk.',
    later: 'There were too many attempts. Please wait a minute.',
    unknown: 'Your password cannot be checked just now. Please try again in a few minutes.',
  },
}

const de: PasswordWords = {
  lang: 'de',
  dir: 'ltr',
  title: 'Anmelden',
  name: 'Name',
  password: 'Passwort',
  signIn: 'Anmelden',
  back: 'Zurück',
  whose: 'Mit Name und Passwort Ihres Chat-Kontos.',
  here: 'Bitte melden Sie sich hier an.',
  judgements: {
    wrong: 'Das stimmt nicht. Bitte prüfen Sie Name und Passwort. Wenn Sie es vergessen haben, bekommen Sie vom Service-Desk ein neues.',
    locked: 'Ihr Konto ist gesperrt; fragen Sie beim Service-Desk nach.',
    later: 'Das waren zu viele Versuche. Bitte warten Sie eine Minute.',
    unknown: 'Ihr Passwort kann gerade nicht geprüft werden. Bitte versuchen Sie es in ein paar Minuten wieder.',
  },
}

const ar: PasswordWords = {
  lang: 'ar',
  dir: 'rtl',
  title: 'تسجيل الدخول',
  name: 'الاسم',
  password: 'كلمة المرور',
  signIn: 'سجّل الدخول',
  back: 'رجوع',
  whose: 'باسم حسابك في الدردشة وكلمة مروره.',
  here: 'سجّل الدخول من هنا.',
  judgements: {
    wrong: 'هذا غير صحيح. تحقق من اسمك وكلمة مرورك. إن نسيتها فمكتب الخدمة يعطيك كلمة جديدة.',
    locked: 'حسابك مقفل؛ اسأل مكتب الخدمة.',
    later: 'كانت المحاولات كثيرة. انتظر دقيقة من فضلك.',
    unknown: 'لا يمكن التحقق من كلمة مرورك الآن. حاول مرة أخرى بعد دقائق.',
  },
}

const LANGUAGES: Readonly<Record<string, PasswordWords>> = { en, de, ar }
const MOST_ASKED = 20

/** RFC 9110 §12.5.4: the one that is wanted most of those that there are. */
export function wordsFor(acceptLanguage: string | undefined): PasswordWords {
  const wanted = (acceptLanguage ?? '')
    .split(',', MOST_ASKED)
    .map(one => /^\s*([a-z]{2,3})(?:-[\w-]*)?\s*(?:;\s*q=([01](?:\.\d{1,3})?))?\s*$/i.exec(one))
    .flatMap(found => (found ? [{ code: (found[1] ?? '').toLowerCase(), weight: Number(found[2] ?? 1) }] : []))
    .filter(({ code, weight }) => weight > 0 && Object.hasOwn(LANGUAGES, code))
    .toSorted((one, other) => other.weight - one.weight)
  return LANGUAGES[wanted[0]?.code ?? 'en'] ?? en
}
