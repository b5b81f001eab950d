"""The words that placeholders are made of, in the languages that checklists are written in.

A text counts as a placeholder only if it consists of these words alone. Each table is written as
people write the words, accents and all; both sides are compared without accents and case.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import category, normalize

_LONGEST = 120
_LONGEST_NUMBER = 4  # "a random 32 char string"; more digits may well be a secret's own
_EAST = "\u2e80-\uffff"  # scripts without spaces, which stand beside Latin letters: `your密钥`
# Compiled when the first value is checked: that takes 4 ms.
_TOKEN = rf"(?:(?![{_EAST}])[^\W\d_])+|(?:(?=[{_EAST}])[^\W\d_])+|\d+"
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")  # `S3cr3t`
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_COUNTED = "1234567890" * 2

# Words that address the reader, or say that the text is a placeholder.
_ADDRESSING = """
your yours changeme changethis changeit replaceme replacethis placeholder fixme here please bitte
tu tus su sus aquí votre vos ici dein deine deinen deiner ihr ihre ihren ihrem hier jouw uw je
sua seu suas seus teu tua aqui  la-tua tuo tua suo inserisci qui
ваш ваша ваше ваши ваший вашого твой твоя твій здесь сюда тут
bạn đây 你的 您的 你 您 请 請 在此 这里 這裡 此处
여기에 여기 당신의 귀하의 ここに ここ あなたの してください
anahtarınız anahtarınızı şifreniz şifrenizi parolanız buraya anda kamu disini
cámbiame cambiami remplacez mettez
"""
# Of these, some are short words of other languages, too: they need a word beside them that asks.
_SHORT_PRONOUNS = (
    "tu tus su sus vos ici uw sua seu suas seus teu tua tuo suo qui ihr anda kamu тут je"
)
# Said in one word.
_WHOLE = "changeme changethis changeit replaceme replacethis placeholder fixme cambiame cambiami"
# "Change me."
_CHANGE = """
change replace cambia cambie reemplaza cambiar reemplazar troque mude altere substitua changez
remplacez changer remplacer ändere ändern ersetze wijzig verander vervang измени измените замени
замените поменяй поменяйте смените заміни змініть замініть thaythế 替换 替換 更改 修改 변경 変更
cambiare sostituire değiştir ganti ubah ersetzen thay
"""
_IT = """
me this it esto eso isto moi mich mij dit dat ceci меня мене это це 我 beni bunu ini saya tôi questo
"""
# Words that say what to do. Alone, or in a setting that is not secret, `replace` may be a value.
_ASKING = """
insert enter add put generate fill set paste choose provide update override edit openssl artisan
cambialo cámbialo insertar inserta ingresar ingresa rellenar escribe
introduce poner pon
trocar mudar alterar substituir inserir insira coloque digite preencha
modifier modifiez saisir saisissez insérer insérez entrez mettre
aendern ersetzen eintragen eingeben einfügen einfuegen setzen
wijzigen vervangen invullen invoeren veranderen vul
изменить заменить вставьте вставить введите укажите
змінити замінити вставте введіть вкажіть
thay đổi thế nhập điền chèn
输入 輸入 填写 填寫 填入 替换为 替换成 改成 改为 更换 設定 设置
입력 입력하세요 입력해주세요 변경하세요 교체 바꾸세요 넣으세요
入力 置き換え 置換 設定
sostituisci inserire modificare
değiştirin degistirin girin yazın
masukkan isi
"""
# Words for the thing that belongs there, and names of examples.
_NAMED = """
secret secrets key keys password passwd pass passphrase token tokens credential credentials apikey
example sample dummy fake foo bar foobar default insecure unsafe test testing todo tbd
xxx xxxx admin root unknown missing
mysecret mykey mypassword mytoken thisisasecret
clave contraseña secreto secreta llave ejemplo senha chave segredo exemplo
mot passe motdepasse clé clef secrète jeton exemple
passwort kennwort schlüssel schluessel geheim geheimnis beispiel geheimes geheimer geheimen
zugangsdaten
wachtwoord sleutel geheime voorbeeld
пароль пароля ключ ключа секрет секретный секретное секретная токен пример
секретний секретне секретну приклад ключем паролем токена
mật khẩu khóa khoá bí ví dụ
密码 密碼 密钥 密鑰 秘钥 金鑰 口令 令牌 示例 例子 占位符 随机 隨機 字符串 字串
비밀번호 비밀키 비밀 암호 키 토큰 시크릿 예시 강력한 안전한 무작위 랜덤 문자열
パスワード 秘密鍵 秘密 鍵 キー トークン シークレット ランダム ランダムな 文字列 例 サンプル
chiave segreto segreta parola esempio
şifre parola anahtar anahtarı gizli örnek sandi kata kunci rahasia contoh
"""
# Words that say that the secret follows later or comes from elsewhere.
_PENDING = """
replaced changed defined filled provided supplied injected managed stored loaded overridden pending
changing tochange fillme confirmed coming soon goes value tbc null nil undefined none
nenhum ninguno ninguna keine keins aucun aucune нет немає 无 無 没有 なし 없음 yok không có
nessuno nessuna
geen vacío vazio leer leeg vide vuoto пусто 空 tidak ada kosong
vault keyvault devops not dont commit random string dev local development
definir completar reemplazado remplacer définir renseigner
ersetzt geändert ersetzen definieren festzulegen
sostituire definire compilare
nader bepalen vervangen
нужно требуется необходимо указать заменить замена задать потрібно вказати
cần thay thế
待填写 待填 待补充 待定 待设置 需要 需 未设置 未設定 要変更 必要 設定待ち
필요 설정 미설정
değiştirilecek doldurulacak ayarlanacak
harus diganti belum diisi
"""
# Words between the others, including the prefixes of keys.
_FILLING = """
by if so see needs csrf time runtime terraform manager nextauth bit bits
be something some zu muss werden por da in te 变更 が
a an the to of for in on with and or as is it me this that my our at by from do not use be please
should must super very so strong long secure random real own some new only before
production prod dev develop development local staging live build deploy deployment ci
string text value char chars character characters bytes byte hex base64 base openssl rand
uuid min minimum length least chiffre public private access client api app db database
jwt session cookie mail email smtp redis postgres mysql mongo name run
openai anthropic stripe sendgrid resend mailgun twilio slack github gitlab google aws azure sentry
firebase supabase cloudflare discord telegram paypal mercure hub bot php laravel django rails
signing signature encryption hash salt auth user username webhook service account id
sk pk rk ghp gho pat whsec bearer xoxb xoxp xapp glpat
mi mis mon ma mes mein meine meinen mijn meu minha mio mia мой моя моё мій моє benim tôi
sie ini saya 成 私の 나의
en de la el los las esta este esto un una por favor segura seguro fuerte aleatoria producción
aleatorio cadena valor da do em no para por favor esta este isto seguro forte produção
producao aleatória
à le les une pour du et sécurisé fort aléatoire
der die das ein eine einen bitte im in produktion sicher sicheres zufällig zufaellig und für
een het alsjeblieft veilig productie
в на для из и случайная строка надёжный надежный продакшене пожалуйста значення значение рядок
của ở vào trong
为 為 的 位 在 中 一个 强 強 安全 生产 环境 值
를 을 의 이 는 자 해 주세요 값 を に は の と さい 本番 強力な 安全な 値 で
di il con per produzione sicura casuale ve bir için güçlü ile yang kuat acak dengan
"""
# Passwords that people often choose.
_COMMON = """
qwerty qwertyuiop qwertyui qwertz azerty azertyuiop asdfghjkl asdfgh zxcvbnm letmein welcome
iloveyou monkey dragon passw0rd p@ssw0rd p@ssword pa$$word pa$$w0rd admin administrator root
1q2w3e4r 1q2w3e4r5t 1qaz2wsx abc123 abcd1234 a1b2c3d4 trustno1 sunshine princess football
minioadmin minio123 postgres rabbitmq guest topsecret
s3cr3t s3cret $ecretf0rt3st hunter2 asdf asdfasdf shhh shhhh shhhhh keyboardcat deadbeef loremipsum
"""


def _plain(text: str) -> str:
    """The text without case and accents."""
    bare = "".join(char for char in normalize("NFKD", text.casefold()) if category(char) != "Mn")
    return normalize("NFC", bare).replace("ı", "i").replace("đ", "d")


def _table(words: str) -> frozenset[str]:
    return frozenset(word if word.isascii() else _plain(word) for word in words.split())


_WORDS_THAT_ADDRESS = _table(_ADDRESSING)
_WORDS_OF_OTHER_LANGUAGES = _table(_SHORT_PRONOUNS)
_WHOLE_PHRASES = _table(_WHOLE)
_CHANGING = _table(_CHANGE)
_CHANGED = _table(_IT)
_WORDS_THAT_SAY_SO = _WORDS_THAT_ADDRESS | _CHANGING | _table(_ASKING)
_WORDS_THAT_SAY_SO |= _table(_NAMED) | _table(_PENDING)
_WORDS = _WORDS_THAT_SAY_SO | _CHANGED | _table(_FILLING)
_LONGEST_WORD = max(map(len, _WORDS))
_COMMON_PASSWORDS = _table(_COMMON)


def addresses_its_reader(text: str) -> bool:
    """Whether it consists only of such words and addresses the reader: `insert-your-key-here`.

    No variable has this as its value.
    """
    words = _words_of(text)
    if not words.isdisjoint(_WHOLE_PHRASES):
        return True
    if not words.isdisjoint(_CHANGING) and not words.isdisjoint(_CHANGED):
        return True
    addressing = words & _WORDS_THAT_ADDRESS
    if addressing <= _WORDS_OF_OTHER_LANGUAGES:
        return bool(addressing) and not (words & _WORDS_THAT_SAY_SO) <= addressing
    return len(words) > 1


def only_describes(text: str) -> bool:
    """Whether it consists only of such words, and names or requests a secret: `my-test-key`.

    This is not a secret; another variable may have it as its value.
    """
    words = _words_of(text) or _words_of(text.translate(_LOOKALIKES))
    if words == {"your"}:
        return True
    return not words.isdisjoint(_WORDS_THAT_SAY_SO)


def is_common_password(text: str) -> bool:
    """Whether it is one of the passwords that people try first, perhaps followed by digits."""
    plain = _plain(text[:_LONGEST])
    shorter = plain.rstrip("0123456789!._-")
    joined = re.sub(r"[-_ ]", "", plain)
    return len(text) <= _LONGEST and not {plain, shorter, joined}.isdisjoint(_COMMON_PASSWORDS)


@cache
def _cut(run: str) -> frozenset[str] | None:
    """The words that a run of letters is made of; None if it is not made of such words.

    Of Latin letters, no word below three is cut out of a longer run: too much is made of those.
    """
    if run in _WORDS:
        return frozenset({run})
    shortest = 3 if run.isascii() or run[0] < "\u2e80" else 1
    best: list[frozenset[str] | None] = [frozenset()]
    for end in range(1, len(run) + 1):
        found = None
        for start in range(max(0, end - _LONGEST_WORD), end - shortest + 1):
            before, word = best[start], run[start:end]
            if before is not None and word in _WORDS:
                found = before | {word}
                break
        best.append(found)
    return best[-1]


def _words_of(text: str) -> frozenset[str]:
    """The words of the tables that the text consists of; none if anything else is in it."""
    if len(text) > _LONGEST or "://" in text:
        return frozenset()
    return _words_in(text) or _words_in(_CAMEL.sub(" ", text))


def _words_in(text: str) -> frozenset[str]:
    found = frozenset[str]()
    for token in re.findall(_TOKEN, _plain(text)):
        if token.isdigit():
            if len(token) > _LONGEST_NUMBER and not _COUNTED.startswith(token):
                return frozenset()
            continue
        words = _cut(token)
        if words is None:
            return frozenset()
        found |= words
    return found
