"""Feeds of price engines, and lists of marketplaces and offices all over the world."""

from functools import partial

from bench.door_files.made import lined

FILES = (
    partial(
        lined,
        "square-online.csv",
        """
Reference Handle,Token,Item Name,Description,Variation Name,SKU,Price,Option Name 1,Option Value 1,Square Online Item Visibility,Stockable
#a,T1,Mug,,Regular,SQ-1,12.00,,,Visible,Y
#b,T2,Cap,,Small,SQ-2,20.00,Size,S,Visible,Y
#b,T3,Cap,,Large,SQ-3,20.00,Size,L,Visible,Y
""",
        "SKU",
        "Item Name",
        "Price",
        mark=",",
    ),
    partial(
        lined,
        "bigcartel.csv",
        """
Product ID,Product Name,Description,Price,Categories,Option Name,Option Quantity,Status
101,Poster A,Print,15.00,Art,A2,10,active
102,Poster B,Print,18.00,Art,A3,4,active
""",
        "Product ID",
        "Product Name",
        "Price",
        mark=",",
    ),
    partial(
        lined,
        "gs1.csv",
        """
GTIN,Brand Name,Product Description,Global Product Classification,Net Content,Country of Sale
04006381333931,Norda,Norda Mug 350 ml,10000123,350 ml,DE
04006381333948,Norda,Norda Cap,10000124,1 pc,DE
""",
        "GTIN",
        "Product Description",
        mark=",",
    ),
    partial(
        lined,
        "facebook.csv",
        """
id,title,description,availability,condition,price,link,image_link,brand,google_product_category,item_group_id
FB1,Mug,Blue mug,in stock,new,12.00 EUR,https://f.example/1,https://f.example/1.jpg,Norda,1,G1
FB2,Cap,Red cap,out of stock,new,20.00 EUR,https://f.example/2,https://f.example/2.jpg,Norda,2,G1
""",
        "id",
        "title",
        "price",
        mark=",",
    ),
    partial(
        lined,
        "pinterest.csv",
        """
id;title;description;link;image_link;price;sale_price;availability
P1;Mug;Blue;https://p.example/1;https://p.example/1.jpg;12,00 EUR;9,00 EUR;in stock
P2;Cap;Red;https://p.example/2;https://p.example/2.jpg;20,00 EUR;;in stock
""",
        "id",
        "title",
        "price",
        point=",",
    ),
    partial(
        lined,
        "idealo.csv",
        """
sku;brand;title;categoryPath;url;eans;hans;price;paymentCosts_paypal;deliveryCosts_dhl;deliveryTime
ID1;Norda;Becher;Haus > Küche;https://i.example/1;4006381333931;;12.90;0.00;4.90;1-3 Tage
ID2;Norda;Kappe;Mode;https://i.example/2;4006381333948;;19.90;0.00;4.90;1-3 Tage
""",
        "sku",
        "title",
        "price",
    ),
    partial(
        lined,
        "heureka.csv",
        """
ITEM_ID;PRODUCTNAME;PRODUCT;DESCRIPTION;URL;IMGURL;PRICE_VAT;MANUFACTURER;EAN;DELIVERY_DATE
HE1;Norda Hrnek;Hrnek modrý;Popis;https://h.example/1;https://h.example/1.jpg;199,00;Norda;8590000000018;0
HE2;Norda Talíř;Talíř;Popis;https://h.example/2;https://h.example/2.jpg;249,00;Norda;8590000000025;0
""",
        "ITEM_ID",
        "PRODUCTNAME",
        "PRICE_VAT",
        point=",",
    ),
    partial(
        lined,
        "ceneo.csv",
        """
id;name;price;url;cat;avail;stock;producent;kod_producenta;ean;opis
CE1;Kubek;39,90;https://c.example/1;Dom;1;4;Norda;KP-1;5901234123457;Opis
CE2;Koc;249,00;https://c.example/2;Dom;1;2;Norda;KP-2;5901234123464;Opis
""",
        "id",
        "name",
        "price",
        point=",",
    ),
    partial(
        lined,
        "beslist.csv",
        """
Titel;Merk;Prijs;Deeplink;Code;Categorie;EAN;Omschrijving;Levertijd
Mok;Norda;12,95;https://b.example/1;BS1;Huis;8711111000011;Mok blauw;1 dag
Pet;Norda;19,95;https://b.example/2;BS2;Mode;8711111000028;Pet rood;1 dag
""",
        "Code",
        "Titel",
        "Prijs",
        point=",",
    ),
    partial(
        lined,
        "fnac.csv",
        """
sku-offre;sku-part;ean;titre;prix;stock;etat
F-1;P-1;3700000000011;Bougie;12,90;4;11
F-2;P-2;3700000000028;Lampe;39,90;2;11
""",
        "sku-offre",
        "titre",
        "prix",
        point=",",
    ),
    partial(
        lined,
        "rakuten-fr.csv",
        """
Code-barres EAN;SKU;Titre;Prix public;Prix de vente
3700000000011;RK-1;Bougie;15,00;12,90
3700000000028;RK-2;Lampe;45,00;39,90
""",
        "SKU",
        "Titre",
        "Prix de vente",
        point=",",
    ),
    partial(
        lined,
        "adventure-works.csv",
        """
ProductID,ProductNumber,Name,ListPrice,StandardCost,ModifiedDate
680,FR-R92B-58,HL Road Frame,1431.5000,1059.3100,2014-02-08 10:01:36.827
706,FR-R92R-58,HL Road Frame Red,1431.5000,1059.3100,2014-02-08 10:01:36.827
""",
        "ProductNumber",
        "Name",
        "ListPrice",
        mark=",",
    ),
    partial(
        lined,
        "books-fr.csv",
        """
ISBN;Auteur;Titre;Éditeur;Prix;Parution
9782070360024;Camus;L'Étranger;Gallimard;7,50;1972-01-01
9782070368228;Saint-Ex;Le Petit Prince;Gallimard;8,90;1999-01-01
""",
        "ISBN",
        "Titre",
        "Prix",
        point=",",
    ),
    partial(
        lined,
        "books-en.csv",
        """
ISBN-13,Author,Book Title,Publisher,RRP,Pub Date,Format
9780141036144,Orwell,1984,Penguin,8.99,2008-07-03,Paperback
9780141036137,Orwell,Animal Farm,Penguin,7.99,2008-07-03,Paperback
""",
        "ISBN-13",
        "Book Title",
        "RRP",
        mark=",",
    ),
    partial(
        lined,
        "shoes.csv",
        """
Style,Color,Size,UPC,Wholesale,MSRP,Product Name
ST100,Black,38,810000000017,45.00,99.00,Ankle boot
ST100,Black,39,810000000024,45.00,99.00,Ankle boot
ST200,Brown,38,810000000031,50.00,109.00,Loafer
""",
        "UPC",
        "Product Name",
        "MSRP",
        mark=",",
    ),
    partial(
        lined,
        "jp-stores.csv",
        """
アイテムID,アイテム名,バリエーション,品番,価格,在庫数,公開状態
1001,マグカップ,,ST-1,2200,4,公開
1002,帽子,黒,ST-2,3800,2,公開
""",
        "品番",
        "アイテム名",
        "価格",
        mark=",",
    ),
    partial(
        lined,
        "makeshop.csv",
        """
システム商品コード,独自商品コード,商品名,販売価格,定価,数量,表示有無
000000000001,MS-1,マグカップ,2200,2500,4,Y
000000000002,MS-2,帽子,3800,4000,2,Y
""",
        "独自商品コード",
        "商品名",
        "販売価格",
        mark=",",
    ),
    partial(
        lined,
        "youzan.csv",
        """
商品名称,商品编码,规格,规格编码,价格,库存,划线价
马克杯,YZ-1,蓝色,YZ-1-B,39.00,10,59.00
马克杯,YZ-1,红色,YZ-1-R,39.00,8,59.00
帽子,YZ-2,,YZ-2-0,69.00,3,99.00
""",
        "规格编码",
        "商品名称",
        "价格",
        mark=",",
    ),
    partial(
        lined,
        "11st.csv",
        """
상품번호,판매자상품코드,상품명,판매가,할인가,재고수량,판매상태
1000001,EL-1,머그컵,12000,9900,10,판매중
1000002,EL-2,모자,25000,,3,판매중지
""",
        "판매자상품코드",
        "상품명",
        "판매가",
        mark=",",
    ),
    partial(
        lined,
        "gmarket.csv",
        """
상품번호,판매자관리코드,상품명,판매가격,재고
2000001,GM-1,머그컵,12000,10
2000002,GM-2,모자,25000,3
""",
        "판매자관리코드",
        "상품명",
        "판매가격",
        mark=",",
    ),
    partial(
        lined,
        "line-shopping.csv",
        """
รหัสสินค้า (SKU),ชื่อสินค้า,ราคาปกติ,ราคาลด,สต็อก
LN-1,แก้วกาแฟ,250,199,10
LN-2,หมวก,390,,3
""",
        "รหัสสินค้า (SKU)",
        "ชื่อสินค้า",
        "ราคาปกติ",
        mark=",",
    ),
    partial(
        lined,
        "jubelio.csv",
        """
SKU,Nama Barang,Harga Beli,Harga Jual,Stok
JB-1,Gelas kopi,20000,45000,10
JB-2,Topi,35000,89000,3
""",
        "SKU",
        "Nama Barang",
        "Harga Jual",
        mark=",",
    ),
    partial(
        lined,
        "persian-office.csv",
        """
کد کالا,نام کالا,قیمت خرید,قیمت فروش,موجودی
1001,لیوان,50000,90000,10
1002,کلاه,120000,190000,3
""",
        "کد کالا",
        "نام کالا",
        "قیمت فروش",
        mark=",",
    ),
    partial(
        lined,
        "bulgarian-office.csv",
        """
Код;Име на продукта;Доставна цена;Продажна цена;Баркод
БГ-1;Чаша;4,00;9,90;3800000000011
БГ-2;Шапка;9,00;19,90;3800000000028
""",
        "Код",
        "Име на продукта",
        "Продажна цена",
        point=",",
    ),
    partial(
        lined,
        "serbian-stock.csv",
        """
Šifra;Naziv robe;JM;Nabavna cena;Prodajna cena;Stanje
SR-1;Šolja;kom;300,00;650,00;10
SR-2;Kapa;kom;700,00;1.290,00;3
""",
        "Šifra",
        "Naziv robe",
        "Prodajna cena",
        point=",",
    ),
    partial(
        lined,
        "latvian-stock.csv",
        """
Artikuls;Nosaukums;Iepirkuma cena;Cena ar PVN;Atlikums
LV-1;Krūze;4,00;9,90;10
LV-2;Cepure;9,00;19,90;3
""",
        "Artikuls",
        "Nosaukums",
        "Cena ar PVN",
        point=",",
    ),
    partial(
        lined,
        "visma-netvisor.csv",
        """
Tuotenumero;Tuotenimi;Ostohinta;Myyntihinta (alv 25,5%);Saldo
FI-1;Muki;4,00;9,90;10
FI-2;Lippis;9,00;19,90;3
""",
        "Tuotenumero",
        "Tuotenimi",
        "Myyntihinta (alv 25,5%)",
        point=",",
    ),
    partial(
        lined,
        "dandomain.csv",
        """
PROD_NUM;PROD_NAME;PROD_COST_PRICE;UNIT_PRICE;STOCK_COUNT
DK-1;Kop;20,00;49,95;10
DK-2;Kasket;60,00;129,95;3
""",
        "PROD_NUM",
        "PROD_NAME",
        "UNIT_PRICE",
        point=",",
    ),
    partial(
        lined,
        "abicart.csv",
        """
Artikelnummer;Namn/sv;Pris/SEK;Inköpspris/SEK;Lagersaldo;Dold
AB-1;Mugg;99,00;40,00;10;Nej
AB-2;Keps;199,00;80,00;3;Nej
""",
        "Artikelnummer",
        "Namn/sv",
        "Pris/SEK",
        point=",",
    ),
    partial(
        lined,
        "24nettbutikk.csv",
        """
Produktnr;Produktnavn;Pris;Veil. pris;Innpris;Antall på lager
24-1;Kopp;99,00;129,00;40,00;10
24-2;Caps;199,00;249,00;80,00;3
""",
        "Produktnr",
        "Produktnavn",
        "Pris",
        point=",",
    ),
    partial(
        lined,
        "softone.csv",
        """
Κωδικός;Περιγραφή;Τιμή χονδρικής;Τιμή λιανικής;Υπόλοιπο
GR-1;Κούπα;4,00;9,90;10
GR-2;Καπέλο;9,00;19,90;3
""",
        "Κωδικός",
        "Περιγραφή",
        "Τιμή λιανικής",
        point=",",
    ),
    partial(
        lined,
        "logo-tiger.csv",
        """
Malzeme Kodu;Malzeme Açıklaması;Birim;Satış Fiyatı;Alış Fiyatı;KDV
TR-1;Fincan;ADET;149,90;80,00;20
TR-2;Şapka;ADET;299,90;150,00;20
""",
        "Malzeme Kodu",
        "Malzeme Açıklaması",
        "Satış Fiyatı",
        point=",",
    ),
    partial(
        lined,
        "saga.csv",
        """
Cod;Denumire;UM;TVA;Pret fara TVA;Pret cu TVA;Stoc
SG-1;Cana;buc;19;37,81;45,00;10
SG-2;Sapca;buc;19;67,22;80,00;3
""",
        "Cod",
        asks=True,
    ),
    partial(
        lined,
        "fatture-in-cloud.csv",
        """
Codice;Nome prodotto;Prezzo netto;Prezzo lordo;Costo;Categoria
IT-1;Tazza;8,11;9,90;4,00;Casa
IT-2;Berretto;16,31;19,90;9,00;Moda
""",
        "Codice",
        asks=True,
    ),
    partial(
        lined,
        "moloni.csv",
        """
Referência;Nome;Preço s/ IVA;Preço c/ IVA;Stock
PT-1;Caneca;8,05;9,90;10
PT-2;Boné;16,18;19,90;3
""",
        "Referência",
        asks=True,
    ),
    partial(
        lined,
        "a3-erp.csv",
        """
Código;Descripción;PVP;PVP+IVA;Coste medio;Existencias
ES-1;Taza;8,18;9,90;4,00;10
ES-2;Gorra;16,45;19,90;9,00;3
""",
        "Código",
        asks=True,
    ),
    partial(
        lined,
        "icelandic-office.csv",
        """
Vörunúmer;Heiti;Verð án vsk;Verð með vsk;Birgðir
IS-1;Bolli;806;1000;10
IS-2;Húfa;1613;2000;3
""",
        "Vörunúmer",
        asks=True,
    ),
    partial(
        lined,
        "snelstart.csv",
        """
Artikelcode;Omschrijving;Verkoopprijs excl. btw;Verkoopprijs incl. btw;Inkoopprijs
NL-1;Mok;10,70;12,95;5,00
NL-2;Pet;16,49;19,95;8,00
""",
        "Artikelcode",
        asks=True,
    ),
    partial(
        lined,
        "szamlazz.csv",
        """
Cikkszám;Megnevezés;Nettó egységár;Bruttó egységár;ÁFA
SZ-1;Bögre;1969;2500;27%
SZ-2;Sapka;3937;5000;27%
""",
        "Cikkszám",
        asks=True,
    ),
    partial(
        lined,
        "parts-rounded.csv",
        """
Part Number;Description;Qty;List Price;Disc %;Net Price
1-480700-0;CONN CAP 2POS;1000;0,2350;40;0,1410
1-480701-0;CONN PLUG 2POS;1000;0,2100;40;0,1260
""",
        "Part Number",
        asks=True,
    ),
    partial(
        lined,
        "steel.csv",
        """
Pos.;Art.-Nr.;Bezeichnung;Menge;ME;E-Preis;G-Preis
1;ST-1;Flachstahl;10;m;4,50;45,00
2;ST-2;Rundstahl;5;m;6,20;31,00
3;ST-3;Winkel;2;m;8,00;16,00
""",
        "Pos.",
        asks=True,
    ),
    partial(
        lined,
        "wine.csv",
        """
Ref;Appellation;Millésime;Format;Prix TTC;Prix caisse de 6
V1;Chablis;2022;75cl;18,50;105,00
V2;Sancerre;2021;75cl;22,00;126,00
""",
        "Ref",
        asks=True,
    ),
    partial(
        lined,
        "noon-arabia.csv",
        """
partner_sku,noon_sku,brand,title_en,title_ar,price,sale_price,currency
NN-1,N100,Norda,Coffee cup,كوب قهوة,49.00,39.00,AED
NN-2,N101,Norda,Cap,قبعة,79.00,,AED
""",
        "partner_sku",
        asks=True,
        mark=",",
    ),
)
