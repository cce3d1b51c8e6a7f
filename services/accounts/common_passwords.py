"""The passwords of eight characters or more that lead every published list of leaked ones, in lower case."""

COMMON = frozenset(
    """
    00000000 000000000 0123456789 0987654321 10203040 11111111 111111111 1111111111 11223344 1122334455 12121212 12341234
    1234512345 12344321 123123123 123321123 12345678 123456789 1234567890 12345678900 12345678910 123456789a 123456abc
    123456qwerty 1234abcd 123abc123 123qweasd 123qwe123 1qaz2wsx 1qaz2wsx3edc 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 22222222
    31415926 55555555 66666666 77777777 789456123 87654321 88888888 963852741 98765432 987654321 9876543210 99999999
    999999999 a1234567 a12345678 a123456789 aa123456 aa12345678 aaaaaaaa abc12345 abc123456 abcd1234 abcdefgh abcdefg1
    access14 admin123 admin1234 administrator adminadmin arsenal1 asdf1234 asdfasdf asdfghjk asdfghjkl baseball baseball1
    basketball butterfly caroline changeit changeme charlie1 chocolate computer corvette danielle default1 dragon123
    elephant facebook football football1 garfield guest123 hello123 helloworld iloveyou iloveyou1 iloveyou2 internet
    jennifer jonathan jordan23 justin123 letmein1 letmein123 liverpool liverpool1 lovelove maverick mercedes michael1
    michelle midnight minecraft monkey123 mustang1 myspace1 mypassword nicholas p4ssw0rd p@ssw0rd p@ssword pa$$w0rd
    passw0rd passw0rd1 password password! password01 password1 password1! password11 password12 password123 password1234
    passwort password2 password3 patricia pokemon1 porsche911 princess princess1 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qazwsx123
    qazwsxedc qq123456 qwer1234 qwerasdf qwert123 qwert12345 qwerty12 qwerty123 qwerty1234 qwerty12345 qwertyui qwertyuiop
    qweasdzxc samantha samsung1 secret123 september slipknot sparkles spiderman starwars starwars1 steelers sunshine
    sunshine1 superman superman1 superstar swordfish temp1234 test1234 testtest trustno1 victoria welcome1 welcome123
    whatever zaq12wsx zaq1zaq1 zxcvbnm1 zxcvbnm123
    """.split()  # noqa: SIM905  # words read better without 130 pairs of quotes
)
