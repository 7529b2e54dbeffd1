"""Lists with a purchase or wholesale price beside the selling price, in scripts and languages of their own."""

from functools import partial

from bench.door_files.made import Made, lined


def arabic_digits() -> Made:
    """Arabic digits, the Arabic decimal sign, and a wholesale price before the selling price."""
    text = (
        "رقم الصنف;اسم الصنف;الوحدة;سعر الجملة;سعر البيع;الكمية\r\n"
        "ع-١٠١;قهوة عربية ٥٠٠ غ;كيس;٣٥٫٠٠;٤٩٫٥٠;١٢\r\nع-١٠٢;هيل فاخر;علبة;٦٠٫٠٠;٨٥٫٠٠;٧\r\nع-١٠٣;تمر سكري;كرتون;١٬١٠٠٫٠٠;١٬٢٥٠٫٠٠;٣\r\n"
    )
    products = {
        "ع-١٠١": {"name": "قهوة عربية ٥٠٠ غ", "price": "49.50"},
        "ع-١٠٢": {"name": "هيل فاخر", "price": "85"},
        "ع-١٠٣": {"name": "تمر سكري", "price": "1250"},
    }
    return Made("arabic-digits.csv", text.encode("utf-8-sig"), {"rows": 3, "rejected": 0, "products": products})


def hebrew_quotes() -> Made:
    """A quote inside a name of a column without quotes around it, in cp1255."""
    text = (
        'מק"ט,תיאור פריט,מחיר סיטונאי,מחיר לצרכן,ברקוד\r\n'
        "HB-1,קומקום אמייל,45.00,79.90,7290000000015\r\nHB-2,סט כוסות,30.00,55.00,7290000000022\r\n"
        "HB-3,מגש עץ,22.50,39.90,7290000000039\r\n"
    )
    products = {
        "HB-1": {"name": "קומקום אמייל", "price": "79.90"},
        "HB-2": {"name": "סט כוסות", "price": "55"},
        "HB-3": {"name": "מגש עץ", "price": "39.90"},
    }
    return Made("hebrew-quotes.csv", text.encode("cp1255"), {"rows": 3, "rejected": 0, "products": products})


FILES = (
    arabic_digits,
    hebrew_quotes,
    partial(
        lined,
        "thai-wholesale.csv",
        """
รหัสสินค้า,ชื่อสินค้า,หน่วย,ราคาส่ง,ราคาขาย,คงเหลือ
TH-1,กาแฟคั่วบด 250 กรัม,ถุง,120.00,165.00,12
TH-2,ชาเขียวใบ,กล่อง,80.00,115.00,7
TH-3,น้ำผึ้งป่า,ขวด,210.00,290.00,3
""",
        "รหัสสินค้า",
        "ชื่อสินค้า",
        "ราคาขาย",
        mark=",",
        encoding="cp874",
    ),
    partial(
        lined,
        "korean-wholesale.csv",
        """
상품코드,상품명,규격,매입단가,도매단가,판매단가,재고
KR-1,유리 물병,1리터,4500,6000,8900,12
KR-2,스테인리스 컵,350ml,3200,4500,6900,40
KR-3,나무 도마,대형,12000,15000,24900,5
""",
        "상품코드",
        "상품명",
        "판매단가",
        mark=",",
        encoding="cp949",
    ),
    partial(
        lined,
        "greek-wholesale.csv",
        """
Κωδικός;Περιγραφή;ΜΜ;Τιμή Χονδρικής;Τιμή Λιανικής;ΦΠΑ
GR-1;Ελαιόλαδο 1 λίτρο;τεμ;7,50;9,90;13
GR-2;Θυμαρίσιο μέλι;τεμ;8,20;11,50;13
GR-3;Ελιές Καλαμών;τεμ;3,10;4,40;13
""",
        "Κωδικός",
        "Περιγραφή",
        "Τιμή Λιανικής",
        point=",",
        encoding="cp1253",
    ),
    partial(
        lined,
        "bengali.csv",
        """
পণ্যের কোড,পণ্যের নাম,ক্রয় মূল্য,বিক্রয় মূল্য,মজুদ
BN-1,চা পাতা ৫০০ গ্রাম,180.00,240.00,12
BN-2,সরিষার তেল,150.00,195.00,7
BN-3,বাসমতি চাল,520.00,640.00,3
""",
        "পণ্যের কোড",
        "পণ্যের নাম",
        "বিক্রয় মূল্য",
        mark=",",
    ),
    partial(
        lined,
        "hindi-purchase.csv",
        """
उत्पाद कोड,उत्पाद का नाम,खरीद मूल्य,बिक्री मूल्य,मात्रा
HI-1,हल्दी पाउडर 200 ग्राम,35.00,55.00,12
HI-2,लाल मिर्च,48.00,72.50,7
HI-3,गरम मसाला,60.00,95.00,3
""",
        "उत्पाद कोड",
        "उत्पाद का नाम",
        "बिक्री मूल्य",
        mark=",",
    ),
    partial(
        lined,
        "urdu.csv",
        """
آئٹم کوڈ,آئٹم کا نام,قیمت خرید,قیمت فروخت,مقدار
UR-1,چائے کی پتی,450.00,620.00,12
UR-2,باسمتی چاول,1100.00,1350.00,7
UR-3,شہد,800.00,990.00,3
""",
        "آئٹم کوڈ",
        "آئٹم کا نام",
        "قیمت فروخت",
        mark=",",
    ),
    partial(
        lined,
        "macedonian.csv",
        """
Шифра;Назив на артикл;ЕМ;Набавна цена;Продажна цена
MK-1;Ајвар 500 г;пар;110,00;165,00
MK-2;Мед 1 кг;пар;280,00;390,00
MK-3;Тавче;пар;150,00;240,00
""",
        "Шифра",
        "Назив на артикл",
        "Продажна цена",
        point=",",
    ),
    partial(
        lined,
        "slovenian.csv",
        """
Šifra;Naziv;EM;Nabavna cena;MPC z DDV;Zaloga
SI-1;Kozarec;kos;2,10;4,90;40
SI-2;Krožnik;kos;4,50;9,90;22
SI-3;Žlica;kos;0,80;2,20;95
""",
        "Šifra",
        "Naziv",
        "MPC z DDV",
        point=",",
        encoding="cp1250",
    ),
    partial(
        lined,
        "hungarian-net-gross.csv",
        """
Cikkszám;Megnevezés;Beszerzési ár;Nettó eladási ár;Bruttó eladási ár;Készlet
HU-1;Bögre;900;1 575;2 000;40
HU-2;Tányér;1 400;2 362;3 000;22
HU-3;Kanál;300;551;700;95
""",
        "Cikkszám",
        asks=True,
    ),
    partial(
        lined,
        "danish-net-gross.csv",
        """
Varenr.;Betegnelse;Kostpris;Salgspris ekskl. moms;Salgspris inkl. moms
DK-1;Kaffekop;20,00;39,96;49,95
DK-2;Tallerken;35,00;79,96;99,95
DK-3;Ske;6,00;15,96;19,95
""",
        "Varenr.",
        asks=True,
    ),
    partial(
        lined,
        "turkish-office.csv",
        """
Stok Kodu;Stok Adı;Birim;Alış Fiyatı;Satış Fiyatı 1;Satış Fiyatı 2;KDV
TR-1;Çay bardağı;Adet;12,00;24,90;22,00;20
TR-2;Şeker kasesi;Adet;30,00;59,90;55,00;20
TR-3;Tepsi;Adet;85,00;149,90;140,00;20
""",
        "Stok Kodu",
        asks=True,
    ),
    partial(
        lined,
        "turkish-cp1254.csv",
        """
Ürün Kodu;Ürün Adı;Birim;Alış Fiyatı;Satış Fiyatı
TR-11;Gümüş çaydanlık;Adet;1.120,00;1.924,90
TR-12;Işıklı vazo;Adet;300,00;599,90
TR-13;Şamdan;Adet;85,00;149,90
""",
        "Ürün Kodu",
        "Ürün Adı",
        "Satış Fiyatı",
        point=",",
        encoding="cp1254",
    ),
    partial(
        lined,
        "uzbek.csv",
        """
Kod;Nomi;O'lchov birligi;Kelish narxi;Sotuv narxi;Qoldiq
UZ-1;Choynak;dona;45 000;68 000;12
UZ-2;Piyola to'plami;dona;60 000;92 000;7
UZ-3;Lagan;dona;38 000;57 500;3
""",
        "Kod",
        "Nomi",
        "Sotuv narxi",
        point=",",
    ),
    partial(
        lined,
        "burmese.csv",
        """
ကုဒ်,အမည်,ဝယ်ဈေး,ရောင်းဈေး
MM-1,လက်ဖက်ခြောက်,3500,5000
MM-2,ပဲဆီ,4200,5600
MM-3,ဆန်,2800,3600
""",
        "ကုဒ်",
        "အမည်",
        "ရောင်းဈေး",
        mark=",",
    ),
    partial(
        lined,
        "finnish-wholesale.csv",
        """
Tuotenumero;Tuotenimi;Ostohinta;Tukkuhinta;Myyntihinta alv 25,5 %
FI-1;Kahvimuki;4,00;6,50;12,90
FI-2;Lautanen;7,00;10,90;19,90
FI-3;Lusikka;1,20;2,10;4,50
""",
        "Tuotenumero",
        "Tuotenimi",
        "Myyntihinta alv 25,5 %",
        point=",",
    ),
)
