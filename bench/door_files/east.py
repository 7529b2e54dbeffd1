"""Files of shops and offices in Russia, Ukraine, Poland, Czechia, Hungary, Romania, the Balkans and the Baltics."""

from functools import partial

from bench.door_files.made import lined

FILES = (
    partial(
        lined,
        "moysklad.csv",
        """
Группы;UUID;Тип;Код;Наименование;Внешний код;Артикул;Единица измерения;Цена: Цена продажи;Валюта (Цена продажи);Закупочная цена;Валюта (Закупочная цена);Описание;Штрихкод EAN13;Архивный
Чай;6f1a-01;Товар;00012;Чай чёрный байховый;x8Kd1;ЧБ-100;шт;250,00;руб;120,00;руб;;4601234500011;нет
Чай;6f1a-02;Товар;00013;Чай зелёный листовой;x8Kd2;ЧЗ-100;шт;310,50;руб;150,00;руб;Сенча;4601234500028;нет
Кофе;6f1a-03;Товар;00014;Кофе молотый;x8Kd3;КМ-250;шт;1 490,00;руб;800,00;руб;;4601234500035;да
""",
        "Артикул",
        "Наименование",
        "Цена: Цена продажи",
        point=",",
    ),
    partial(
        lined,
        "insales.csv",
        """
ID товара\tНазвание товара\tНазвание товара в URL\tКраткое описание\tВидимость на витрине\tID варианта\tАртикул\tШтрих-код\tСвойство: Цвет\tЦена продажи\tСтарая цена\tЦена закупки\tОстаток
101\tСумка кожаная\tsumka-kozhanaya\tРучная работа\tвыставлен\t9001\tСК-1-Ч\t\tЧёрный\t7900.0\t8900.0\t4000.0\t3
101\tСумка кожаная\tsumka-kozhanaya\tРучная работа\tвыставлен\t9002\tСК-1-К\t\tКоричневый\t7900.0\t\t4000.0\t1
102\tРемень\tremen\t\tскрыт\t9003\tРМ-2\t\tЧёрный\t1990.0\t\t900.0\t12
""",
        "Артикул",
        "Название товара",
        "Цена продажи",
        mark="\t",
        encoding="utf-16",
    ),
    partial(
        lined,
        "tilda.csv",
        """
Tilda UID;Brand;SKU;Mark;Category;Title;Description;Text;Photo;Price;Quantity;Price Old;Editions;Modifications;External ID;Parent UID
483920110011;Домик;TL-01;;Свечи;Свеча ароматическая;Соевый воск;;https://static.tilda.example/a.jpg;890;12;;;;e1;
483920110012;Домик;TL-02;;Свечи;Свеча в банке;;;https://static.tilda.example/b.jpg;1190;4;1490;;;e2;
483920110013;Домик;TL-03;;Декор;Подсвечник латунный;;;https://static.tilda.example/c.jpg;2500;1;;;;e3;
""",
        "SKU",
        "Title",
        "Price",
    ),
    partial(
        lined,
        "bitrix.csv",
        """
IE_XML_ID;IE_NAME;IE_ID;IE_ACTIVE;IE_PREVIEW_TEXT;IE_PREVIEW_TEXT_TYPE;IE_CODE;IE_SORT;IP_PROP7;CV_PRICE_1;CV_CURRENCY_1;CP_QUANTITY;IC_GROUP0
a-100;Стол обеденный;51;Y;Массив дуба;text;stol-obedennyy;500;СТ-01;24900.00;RUB;2;Столы
a-101;Стул венский;52;Y;;text;stul-venskiy;500;СВ-02;6400.00;RUB;11;Стулья
a-102;Табурет;53;N;;text;taburet;500;ТБ-03;2100.00;RUB;0;Стулья
""",
        "IE_XML_ID",
        "IE_NAME",
        "CV_PRICE_1",
        asks=True,
    ),
    partial(
        lined,
        "prom-ua.csv",
        """
Код_товару;Назва_позиції;Назва_позиції_укр;Пошукові_запити;Опис;Тип_товару;Ціна;Валюта;Одиниця_виміру;Мінімальне_замовлення_опт;Наявність;Номер_групи;Унікальний_ідентифікатор;Ідентифікатор_товару
ГР-1;Грелка;Грілка;грелка, грілка;<p>2 л</p>;r;185.00;UAH;шт.;;+;88;1502200101;
ГР-2;Термометр;Термометр;термометр;<p>ртуть</p>;r;90.50;UAH;шт.;;+;88;1502200102;
ГР-3;Тонометр;Тонометр автоматичний;тонометр;;r;1450.00;UAH;шт.;;-;89;1502200103;
""",
        "Код_товару",
        "Назва_позиції",
        "Ціна",
    ),
    partial(
        lined,
        "yandex-market.csv",
        """
Ваш SKU *;Качество карточки;Название товара *;Ссылка на изображение *;Описание товара *;Категория на Маркете *;Бренд *;Штрихкод *;Цена *;Зачёркнутая цена;Валюта *;Себестоимость
YM-1;100;Плед вязаный 130×170;https://y.example/1.jpg;Хлопок;Пледы;Домик;4600000000011;3490;4990;RUR;1500
YM-2;80;Подушка декоративная;https://y.example/2.jpg;Лён;Подушки;Домик;4600000000028;1290;;RUR;600
YM-3;75;Скатерть льняная;https://y.example/3.jpg;Лён;Скатерти;Домик;4600000000035;2790;3100;RUR;1200
""",
        "Ваш SKU *",
        "Название товара *",
        "Цена *",
    ),
    partial(
        lined,
        "idosell.csv",
        """
@id,@vat,@code_on_card,@currency,/producer@name,/category@name[pol],/description/name[pol],/description/long_desc[pol],/price@gross,/price@net,/srp@gross,/sizes/size@code_external
1201,23,ID-1201,PLN,Norda,Dom,Kubek emaliowany,<p>350 ml</p>,39.90,32.44,49.90,5901234500011
1202,23,ID-1202,PLN,Norda,Dom,Miska emaliowana,<p>1 l</p>,59.90,48.70,69.90,5901234500028
1203,23,ID-1203,PLN,Norda,Ogród,Łopatka ogrodowa,,24.50,19.92,29.00,5901234500035
""",
        "@code_on_card",
        "/description/name[pol]",
        "/price@gross",
        mark=",",
    ),
    partial(
        lined,
        "baselinker.csv",
        """
ID;SKU;EAN;Nazwa;Ilość;Cena;Stawka VAT;Waga;Producent;Kategoria;Opis;Zdjęcie
80110011;BL-1;5901234123457;Koc wełniany;12;249.00;23;1.2;Norda;Dom;Ciepły;https://b.example/1.jpg
80110012;BL-2;5901234123464;Poduszka z łusek;4;89.90;23;0.8;Norda;Dom;;https://b.example/2.jpg
80110013;BL-3;;Świeca sojowa;30;35.00;23;0.3;Norda;Dom;;https://b.example/3.jpg
""",
        "SKU",
        "Nazwa",
        "Cena",
    ),
    partial(
        lined,
        "subiekt.csv",
        """
Symbol;Nazwa;Opis;Grupa;Rodzaj;Cena detaliczna netto;Cena detaliczna brutto;Cena hurtowa netto;J.m.;Stan;Kod kreskowy
WK-6;Wkręt do drewna 6 mm;;Wkręty;towar;0,25;0,31;0,20;szt.;1200;5900000000017
WK-8;Wkręt do drewna 8 mm;;Wkręty;towar;0,32;0,39;0,27;szt.;800;5900000000024
KL-1;Klej do drewna 1 kg;wodoodporny;Kleje;towar;28,37;34,90;24,00;szt.;40;5900000000031
""",
        "Symbol",
        asks=True,
        encoding="cp1250",
    ),
    partial(
        lined,
        "pohoda.csv",
        """
Kód;Název;Množství;MJ;Prodejní;Nákupní;Členění;Sklad;EAN
HR001;Hrnek keramický;24;ks;189,00;95,00;Nádobí;Hlavní;8590000000018
TL001;Talíř mělký;60;ks;129,00;60,00;Nádobí;Hlavní;8590000000025
ŽD001;Židle dřevěná;4;ks;1 490,00;800,00;Nábytek;Hlavní;8590000000032
""",
        "Kód",
        "Název",
        "Prodejní",
        point=",",
        encoding="cp1250",
    ),
    partial(
        lined,
        "upgates.csv",
        """
[PRODUCT_CODE];[VARIANT_YN];[VARIANT_CODE];[ACTIVE_YN];[EAN];[TITLE] „cs“;[LONG_DESCRIPTION] „cs“;[MANUFACTURER];[STOCK];[PRICE_WITH_VAT „Výchozí“];[PRICE_ORIGINAL „Výchozí“]
UP-1;0;;1;8590000000117;Konvice na čaj;<p>Litina</p>;Norda;3;1290,00;
UP-2;0;;1;8590000000124;Sítko na čaj;;Norda;20;149,00;199,00
UP-3;0;;0;8590000000131;Šálek s podšálkem;;Norda;12;249,00;
""",
        "[PRODUCT_CODE]",
        "[TITLE] „cs“",
        "[PRICE_WITH_VAT „Výchozí“]",
        point=",",
    ),
    partial(
        lined,
        "unas.csv",
        """
Cikkszám;Termék Név;Nettó Ár;Bruttó Ár;Akciós Nettó Ár;Kategória;Rövid Leírás;Raktárkészlet;Mennyiségi egység;Státusz
UN-1;Kávéfőző kotyogó;7866;9990;;Konyha;6 személyes;5;db;1
UN-2;Őrlőfej kerámia;3929;4990;;Konyha;;12;db;1
UN-3;Tűzálló tál;5504;6990;4500;Konyha;üveg;0;db;0
""",
        "Cikkszám",
        asks=True,
        encoding="cp1250",
    ),
    partial(
        lined,
        "gomag.csv",
        """
Cod Produs (SKU);Denumire Produs;Descriere Produs;Pret;Pret Special;Moneda;Cota TVA;Stoc Cantitativ;Marca;Categorie / Categorii;Cod EAN;Activ in Magazin
GM-1;Cană smălțuită;<p>350 ml</p>;45.00;;RON;19;12;Norda;Casă;5940000000014;DA
GM-2;Oală de lut;<p>3 l</p>;120.00;99.00;RON;19;3;Norda;Casă;5940000000021;DA
GM-3;Fund de lemn;;39.90;;RON;19;0;Norda;Casă;5940000000038;NU
""",
        "Cod Produs (SKU)",
        "Denumire Produs",
        "Pret",
    ),
    partial(
        lined,
        "croatian-stock.csv",
        """
Šifra;Naziv artikla;JM;Barkod;VPC;MPC;PDV %;Zaliha
1001;Čaša za vino;kom;3850000000013;4,00;5,00;25;60
1002;Žlica drvena;kom;3850000000020;1,60;2,00;25;120
1003;Đezva bakrena;kom;3850000000037;20,00;25,00;25;8
""",
        "Šifra",
        "Naziv artikla",
        "MPC",
        point=",",
        encoding="cp1250",
    ),
    partial(
        lined,
        "estonian-stock.csv",
        """
Kood;Nimetus;Ühik;Ostuhind;Müügihind;Laoseis;Ribakood
EE-1;Õlilamp;tk;12,00;24,90;4;4740000000012
EE-2;Küünal, mesilasvaha;tk;2,10;5,50;60;4740000000029
EE-3;Puulusikas;tk;0,90;2,80;100;4740000000036
""",
        "Kood",
        "Nimetus",
        "Müügihind",
        point=",",
    ),
    partial(
        lined,
        "lithuanian-stock.csv",
        """
Prekės kodas;Pavadinimas;Mato vnt.;Kaina su PVM;Likutis
LT-1;Žvakė bičių vaško;vnt.;4,50;60
LT-2;Šaukštas medinis;vnt.;2,90;100
LT-3;Ąsotis molinis;vnt.;19,00;6
LT-4;Kėdė sulankstoma;vnt.;45,00;12
""",
        "Prekės kodas",
        "Pavadinimas",
        "Kaina su PVM",
        point=",",
        encoding="cp1257",
    ),
)
