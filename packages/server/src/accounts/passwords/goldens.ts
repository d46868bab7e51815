/** Lines that the usual tools wrote, for tests: the command, and what it gave for PASSWORD or LONG_PASSWORD. */
export const PASSWORD = 'Pässwört 1'
export const LONG_PASSWORD = 'a password of more than sixty-four bytes, so that every loop goes round at least twice: ẞ€'

type Golden = readonly [command: string, hash: string]

export const GOLDENS: readonly Golden[] = [
  ['mkpasswd -m md5crypt', '$1$1bVQnQv5$LcAt.XDn1p.IL/nXrOngf/'],
  ['mkpasswd -m sha256crypt', '$5$CF3snL4I96X6xZkW$gVGoozeT0TDa1bIvpSi7q9qp07ohzIP3FUHj20RX3o9'],
  ['mkpasswd -m sha512crypt', '$6$NCae7wNQOBpT/REx$I89iwdGiz3a.J4GcSIxO3MwaT7ekFNT3cNe99oDs4ebnHzKP7/fmr/m.AucTv0MKEy3y998hHRG43YU1o261D0'],
  ['mkpasswd -m bcrypt', '$2b$05$vOXRTRZFEOn./lvp6Cb12.bNMSAwZ1Kq9tH.sZqpx3OAxtA6Kr4Q6'],
  ['mkpasswd -m bcrypt-a', '$2a$05$1DY.szypmdkySavFrBvdLe62OTVfCjIoa3LrJJ/7W8ODNGsV0PnV6'],
  ['mkpasswd -m yescrypt', '$y$j9T$bdvifo/ZsYVRBT8OgoJYf1$WRJRzpFX1c1FHQu2bSZxXfGN75Q4AxOrriAIMg4FHv.'],
  ['mkpasswd -m gost-yescrypt', '$gy$j9T$ZHYnyLems9u6agZX2hKIv0$HkBHX9iv7U9ZZh6y9ESElI6f9d6IRUAELliO/fOCWK3'],
  ['mkpasswd -m scrypt', '$7$CU..../....NZdCrtwRCthO.Eo6dXFfy0$DAtrjU4WP4Xl94sQAagVxB5Ks9n/UTX8v6/BNrEsyv5'],
  ['mkpasswd -m descrypt', 'UaZ0gKJtLXqh2'],
  [
    'mkpasswd -m sha512crypt -R 1000',
    '$6$rounds=1000$1vLRo.HVWEKg3Yay$qvPWTni6uXke2YJwxsyNZihMRS6QJQWWXTS0/dzFv7jDgQ0nkgHMJipPmskdr2RczjQPNKPJNkUhPlBB1goPq/',
  ],
  ['mkpasswd -m yescrypt -R 1', '$y$j75$xwKdtLFUIRTms9nRPjKEs/$aa4u3yCHq2Gv3DQIaMp0mwGG6APt4wkfjtYbIQ9L27.'],
  ['htpasswd -nbm u', '$apr1$.ac427Al$B9Vnk9.x.aY/ZRu9xa0L4/'],
  ['htpasswd -nbB u', '$2y$05$6.SJMB/UQs167FDFZIQauOIykKQdj5xq1iMwatNN1IUquxqeSjqri'],
  ['htpasswd -nbs u', '{SHA}jw80bVgk15TzTNGtIPVjKnealbg='],
  ['htpasswd -nb2 u', '$5$FTGhX23FU4ZWK8Ef$RyZEsEzfrs3mU28QpQwkUJRQMqy.Pm7JgsMmOKP2ElC'],
  ['htpasswd -nb5 u', '$6$OQeeBawsYrTMWeA.$rX.mKJrarNDKUJ7ApZD109BDGdiYAYesAgYOwc.vjQUp8cxWlY.V23fYFf8G1smi/lJ.FwPSzdVfyQSPK8ylQ0'],
  ['doveadm pw -s MD5-CRYPT', '{MD5-CRYPT}$1$johSjyjh$BeDOhQNhQ.RsqiYh9ckms1'],
  ['doveadm pw -s SHA256-CRYPT', '{SHA256-CRYPT}$5$knj4pe9BVh2qbGen$lmcVCPSEAazMNNrGiIzWdfOdwwO2kLk5eUbrjIYv9L3'],
  [
    'doveadm pw -s SHA512-CRYPT',
    '{SHA512-CRYPT}$6$.3LE1BZrQuwYLqee$x2Gw2yAvWKdBlzCISd90mOT/ggiUw1aB8pb8CWSIEh6C0m5TUanxjfON4LH0077j.zdz/nCqWJCquA8IQ1jsi.',
  ],
  ['doveadm pw -s BLF-CRYPT', '{BLF-CRYPT}$2y$05$SC8QysBcZqDYsm.d.leU4.DDyhH9hMzZIHsfUFu0rKAtKztz0Ak7m'],
  ['doveadm pw -s CRYPT', '{CRYPT}$2y$05$JKtrrwelw79VCKtg9DdHieGHYYhYylyu8fuWCrI5iWMJ3FllB88fC'],
  ['doveadm pw -s DES-CRYPT', '{DES-CRYPT}quzj/f8i0Ziww'],
  ['doveadm pw -s SHA', '{SHA}jw80bVgk15TzTNGtIPVjKnealbg='],
  ['doveadm pw -s SHA256', '{SHA256}rzBA8K/Zy3KZyruu3SMtTR9c5/GiPnJLL87bDHczd2A='],
  ['doveadm pw -s SHA512', '{SHA512}xkHRtTWJd8mF5EY8EndY3GF0qIx6qjuRsHQKjVUUeoWx1URcNQgN/qq/JGZeybR123bwb14natuiQblA28LvlQ=='],
  ['doveadm pw -s SSHA', '{SSHA}Av73n00JXI+Hh0V9zaLMk2uY7YFIIafX'],
  ['doveadm pw -s SSHA256', '{SSHA256}5gD3Y6NpZT5qOLWon2jUL1+SWvfmurTpELUvVqxg3X5mUpqO'],
  ['doveadm pw -s SSHA512', '{SSHA512}M+wPvc9+pINc1zCwwVX3Oh1h04z1xXNzwwMILmapMFsyhxNUiUXtafGidYvrncwEmgvFn89qC8VuiTiFt7CjP2OI+Kw='],
  ['doveadm pw -s SSHA.HEX', '{SSHA.HEX}1ac7595a6ea6563817816bff4620f2e8354f7c06709b42f2'],
  [
    'doveadm pw -s SHA512.HEX',
    '{SHA512.HEX}c641d1b5358977c985e4463c127758dc6174a88c7aaa3b91b0740a8d55147a85b1d5445c35080dfeaabf24665ec9b475db76f06f5e276adba241b940dbc2ef95',
  ],
  ['doveadm pw -s SMD5', '{SMD5}w3KYgqg9wtWXpvturwZrOodKxMY='],
  ['openssl md5 -binary | base64', '{MD5}873lbWEWZJTpVC6PNZAJeA=='],
  ['doveadm pw -s PBKDF2', '{PBKDF2}$1$SiCa59DZOsnL77pD$5000$829c95098d406ddc3a6a67f821498051d6bcd5be'],
  ['doveadm pw -s ARGON2I', '{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$Bk2K7xg07MfSa9pNOuvipQ$ZfPiIO4+fAxq06qPfRFUf8wZugQlqmA5L5aemSTRwx8'],
  ['doveadm pw -s ARGON2ID', '{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$ysmv0GXQoCh9zYYCDXn+mA$ROS0IZum/HKIbj+4v/FRoKj6tUIn0Lf3/azR3Od9q6I'],
]

export const LONG_GOLDENS: readonly Golden[] = [
  ['mkpasswd -m md5crypt', '$1$ZEX7uBqe$cfD0FFnNDv1dVGo8LVJkR/'],
  ['mkpasswd -m sha256crypt', '$5$eDrLjeDGceXLBwmK$8Ph/JFr2S0NF2kAXpltzdpOqs.k/gISRkpSmDw6W66C'],
  ['mkpasswd -m sha512crypt', '$6$X7TsEtw0gg49Np2u$5LPpV9mkPqW0nnEzcyA9EePr9iPhoyU8qKgVViSodUb2CvQJkanJjfOgykE4mLHNeGG0EiQATRJpKMJRG57QM.'],
  ['mkpasswd -m sha256crypt -R 12345 -S abcdefgh', '$5$rounds=12345$abcdefgh$3MJUWItrMs.Lerq9gDWzD8ejjW3Gx.n9YlBIZ7fJOJ3'],
  ['htpasswd -nbm u', '$apr1$q1ocz9Ef$ErBy3T40Zif.hnAkOkSWX.'],
]

export const SCRAM_GOLDENS: readonly Golden[] = [
  ['doveadm pw -s SCRAM-SHA-1', '{SCRAM-SHA-1}4096,ZECME9z+iuO7T8k3Y4GoEg==,K8dtQ0uMDFS+DkjY+Qhagcxk2wY=,o67u0Y6jHx0YA499P2e4mizKjQ8='],
  [
    'doveadm pw -s SCRAM-SHA-256',
    '{SCRAM-SHA-256}4096,9vjG22SPXce9a4rbL95uqg==,a1xbebxeWcW431kQzU3EDxLahrCGUpOMiMD0GX3WSew=,QzmCEAHUDxOSkFwl3N2gwGzk6flzFycguLb3MlTgtg0=',
  ],
]
