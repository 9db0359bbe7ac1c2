/// Passwords of ten characters or more that head the published lists of leaked ones, or are rows of a keyboard; without
/// case, marks and spaces.
let commonPasswords: Set<String> = [
    "0123456789", "01234567890", "012345678910", "0987654321", "1029384756", "1111122222", "1122334455", "11223344556",
    "1123581321", "1212121212", "123123123123", "1231231231", "1234512345", "1234554321", "123456123456",
    "1234567890", "12345678900", "12345678901", "123456789012", "1234567890123", "12345678910", "1234567891011",
    "123456789123", "123456789987654321", "123456789a", "123456789aa", "123456789abc", "123456789q", "123456789z",
    "123456abcd", "123456abcdef", "123456qwerty", "123654789a", "1357924680", "1472583690", "147258369a",
    "1q2w3e4r5t", "1q2w3e4r5t6y", "1q2w3e4r5t6y7u", "1q2w3e4r5t6y7u8i", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv",
    "1qazxsw23edc", "5555566666", "741852963a", "7418529630", "789456123a", "7894561230", "987654321a", "9876543210",
    "a123456789", "a1234567890", "a1b2c3d4e5", "a1b2c3d4e5f6", "aa123456789", "aaa1234567", "abc123456789",
    "abcd123456", "abcd1234567", "abcd12345678", "abcdef123456", "abcdefghij", "abcdefghijk", "abcdefghijkl",
    "asdf123456", "asdfasdfasdf", "asdfghjkl1", "asdfghjkl123", "asdfghjkl;", "asdfghjkl;'", "azertyuiop",
    "correcthorsebatterystaple", "iloveyou123", "p@ssw0rd123", "p@ssw0rd1234", "p@ssword123", "pa$$w0rd123",
    "pass123456", "pass@123456", "passw0rd123", "q1w2e3r4t5", "q1w2e3r4t5y6", "qazwsxedc1", "qazwsxedcrfv",
    "qazwsxedcrfvtgb", "qwe123456789", "qweasdzxc1", "qweasdzxc123", "qwer123456", "qwerty1234", "qwerty123456",
    "qwertyuiop", "qwertyuiop1", "qwertyuiop123", "qwertyuiop[]", "thispassword", "trustno1234", "vn123456789",
    "zaq12wsxcde3", "zxcvbnm123", "zxcvbnm1234", "zxcvbnm123456", "zxcvbnm,./",
]

/// Words that make a common password with any digits and signs behind them.
let commonWords: Set<String> = [
    "admin", "administrator", "anhyeuem", "baomat", "canbo", "changeme", "chaobuoisang", "congchuc", "dangnhap",
    "emyeuanh", "giaoban", "hanoi", "hanoivietnam", "hochiminh", "iloveyou", "khongbiet", "khongnho", "letmein",
    "login", "matkhau", "matkhaucuatoi", "matkhaumoi", "matkhaumacdinh", "mypassword", "newpassword", "p@ssw0rd",
    "p@ssword", "pass", "passw0rd", "passwd", "password", "qlvb", "quantri", "quantrivien", "qwerty", "root",
    "saigon", "secret", "test", "thuky", "tinhuy", "toiyeuvietnam", "ubnd", "uyban", "uybannhandan", "vanphong",
    "viet", "vietnam", "vietnamvodich", "vnpt", "viettel", "welcome", "xinchao", "yeuem", "abc", "abcd", "qwe", "asd",
]
