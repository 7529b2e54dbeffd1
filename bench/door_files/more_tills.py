"""More files of tills, accounting programs, and planners of resources: OSPOS, SumUp, MYOB, ERPNext, Katana, Xentral."""

from functools import partial

from bench.door_files.made import Made, lined


def sumup() -> Made:
    """A row for each item; an item with variants has a row without a price above them."""
    text = (
        "Item name,Variations,Option set 1,Option 1,Price,SKU,Barcode,Description,Category,Tax rate (%),"
        "Track inventory? (Yes/No),Quantity,Item id (Do not change),Variant id (Do not change)\n"
        "Espresso,,,,2.40,SU-1,,,Drinks,19,No,,it-1,va-1\n"
        "Cap,,Colour,,,,,Wool cap,Merch,19,,,it-2,\n"
        ",Red,,Red,18.00,SU-2R,,,,19,Yes,4,it-2,va-2\n"
        ",Blue,,Blue,18.00,SU-2B,,,,19,Yes,7,it-2,va-3\n"
        "Croissant,,,,1.90,SU-3,,,Bakery,7,No,,it-3,va-4\n"
    )
    products = {
        "SU-1": {"name": "Espresso", "price": "2.40"},
        "SU-2R": {"name": "Cap", "price": "18"},
        "SU-2B": {"name": "Cap", "price": "18"},
        "SU-3": {"name": "Croissant", "price": "1.90"},
    }
    return Made("sumup.csv", text.encode(), {"rows": 5, "rejected": 0, "products": products})


def myob() -> Made:
    """An export of MYOB AccountRight: a line with braces above the header, tabs between the cells."""
    text = (
        "{}\r\nItem Number\tItem Name\tBuy\tSell\tInventory\tAsset Acct\tIncome Acct\tSelling Price\tSell Unit Measure\r\n"
        "MY-100\tGarden hose 20 m\tB\tS\tI\t11320\t41000\t$59.95\tea\r\n"
        "MY-101\tHose reel\tB\tS\tI\t11320\t41000\t$129.00\tea\r\n"
        "MY-102\tSprinkler\tB\tS\tI\t11320\t41000\t$24.50\tea\r\n"
    )
    products = {
        "MY-100": {"name": "Garden hose 20 m", "price": "59.95"},
        "MY-101": {"name": "Hose reel", "price": "129"},
        "MY-102": {"name": "Sprinkler", "price": "24.50"},
    }
    return Made("myob.txt", text.encode(), {"rows": 3, "rejected": 0, "products": products})


FILES = (
    sumup,
    myob,
    partial(
        lined,
        "ospos.csv",
        """
Id,Barcode,Item Name,Category,Supplier ID,Cost Price,Unit Price,Tax 1 Name,Tax 1 Percent,Reorder Level,Description,Allow Alt Description,Item has Serial Number,Image,HSN
,OS-1001,Rice 5 kg,Food,1,6.20,8.90,VAT,10,5,,0,0,,
,OS-1002,Lentils 1 kg,Food,1,1.10,1.95,VAT,10,5,,0,0,,
,OS-1003,Oil 1 l,Food,1,2.80,4.20,VAT,10,5,,0,0,,
""",
        "Barcode",
        "Item Name",
        "Unit Price",
        mark=",",
    ),
    partial(
        lined,
        "korona.csv",
        """
Nummer;Bezeichnung;Spartennummer;Artikelcode;Artikelcode-Menge;Warengruppennummer;VK-Preis;EK-Preis
1001;Apfelschorle 0,5 l;3;4000000000112;1;10;2,50;0,80
1002;Brezel;2;4000000000129;1;20;1,20;0,40
1003;Reiseführer;2;4000000000136;1;30;14,90;9,00
""",
        "Nummer",
        "Bezeichnung",
        "VK-Preis",
        point=",",
    ),
    partial(
        lined,
        "ready2order.csv",
        """
Name;Artikelnummer;Barcode;Preis;Steuersatz;Produktgruppe;Beschreibung;Lagerstand;Sortierung;Aktiv
Melange;R2-1;;4,20;10;Kaffee;;;1;ja
Sachertorte;R2-2;;5,90;10;Kuchen;;;2;ja
Mozartkugeln 12 Stk;R2-3;9000000000119;18,50;20;Shop;;14;3;nein
""",
        "Artikelnummer",
        "Name",
        "Preis",
        point=",",
    ),
    partial(
        lined,
        "toast.csv",
        """
GUID,Name,POS Name,SKU,PLU,Base Price,Pricing Strategy,Menu Group,Archived,Visibility
5f1c7c1e-0a01,Clam chowder,Chowder,TO-1,1,8.50,BASE,Soups,FALSE,ALL
5f1c7c1e-0a02,Lobster roll,Lob Roll,TO-2,2,27.00,BASE,Mains,FALSE,ALL
5f1c7c1e-0a03,Key lime pie,Lime Pie,TO-3,3,9.00,BASE,Desserts,TRUE,ALL
""",
        "SKU",
        "Name",
        "Base Price",
        mark=",",
    ),
    partial(
        lined,
        "vectron.csv",
        """
PLU Nr;PLU Name 1;PLU Name 2;Preis 1;Preis 2;Steuer;Warengruppe
1;Pils 0,3;;3,40;2,90;1;10
2;Pils 0,5;;4,60;4,10;1;10
17;Currywurst;mit Pommes;8,90;7,50;2;20
""",
        "PLU Nr",
        asks=True,
    ),
    partial(
        lined,
        "lightspeed-r.csv",
        """
System ID,UPC,EAN,Custom SKU,Manufact. SKU,Item,Qty.,Price,MSRP,Tax,Brand,Publish to eCom,Season,Department,Category
210000000001,812000000017,,LR-1,SPD-700,Road bike 54,2,1499.00,1599.00,Yes,Speedo,No,,Bikes,Road
210000000002,812000000024,,LR-2,SPD-701,Road bike 56,1,1499.00,1599.00,Yes,Speedo,No,,Bikes,Road
210000000003,812000000031,,LR-3,HLM-22,Helmet,8,89.95,99.95,Yes,Capo,Yes,,Parts,Helmets
""",
        "Custom SKU",
        "Item",
        "Price",
        mark=",",
    ),
    partial(
        lined,
        "sage-50-us.csv",
        """
Item ID,Item Description,Item Class,Inactive,Subject to Commission,Description for Sales,Sales Price 1,Sales Price 2,Item Tax Type,Last Unit Cost,Stocking U/M
AVRY-10100,Bird bath - 24 inch,1,FALSE,FALSE,24 inch stone bird bath,59.99,55.00,1,23.95,Each
AVRY-10110,Bird feeder - plastic,1,FALSE,FALSE,Plastic feeder,15.99,14.50,1,6.10,Each
BOOK-11000,Book of lawns,1,TRUE,FALSE,The book of lawns,24.95,22.00,1,11.00,Each
""",
        "Item ID",
        "Item Description",
        "Sales Price 1",
        mark=",",
    ),
    partial(
        lined,
        "erpnext.csv",
        """
ID,Item Code,Item Name,Item Group,Default Unit of Measure,Disabled,Maintain Stock,Valuation Rate,Standard Selling Rate,Description,Brand
EN-001,EN-001,Hand loom towel,Linen,Nos,0,1,120,249.50,<div>Cotton</div>,Norda
EN-002,EN-002,Bed sheet double,Linen,Nos,0,1,610,1199.00,,Norda
EN-003,EN-003,Pillow cover,Linen,Nos,1,1,75,149.00,,Norda
""",
        "Item Code",
        "Item Name",
        "Standard Selling Rate",
        mark=",",
    ),
    partial(
        lined,
        "katana.csv",
        """
Name,Variant code / SKU,Variant barcode,Internal barcode,Supplier item code,Additional info,Category,Units of measure,Default sales price,Default supplier,Usability,Lead time
Oak stool,KT-1,5900000000117,,OAK-9,,Stools,pcs,89.00,,Sell; Make,7
Oak bench,KT-2,5900000000124,,OAK-12,,Benches,pcs,240.00,,Sell; Make,14
Ash shelf,KT-3,5900000000131,,ASH-3,,Shelves,pcs,65.50,,Sell; Make,5
""",
        "Variant code / SKU",
        "Name",
        "Default sales price",
        mark=",",
    ),
    partial(
        lined,
        "xentral.csv",
        """
nummer;name_de;name_en;typ;hersteller;herstellernummer;ean;verkaufspreis1netto;verkaufspreis1menge;lieferanteinkaufnetto;lieferantennummer;umsatzsteuer
700001;Schreibtischlampe;Desk lamp;produkt;Norda;N-77;4000000000211;49,90;1;21,00;70001;normal
700002;Stehlampe;Floor lamp;produkt;Norda;N-78;4000000000228;129,00;1;60,00;70001;normal
700003;Leuchtmittel E27;Bulb E27;produkt;Norda;N-79;4000000000235;6,50;1;1,90;70001;normal
""",
        "nummer",
        "name_de",
        "verkaufspreis1netto",
        point=",",
    ),
    partial(
        lined,
        "weclapp.csv",
        """
Artikelnummer;Artikelname;Kurzbeschreibung;Artikelbeschreibung;Artikeltyp;EAN;Hersteller;Mengeneinheit;Umsatzsteuer;Verkaufspreis (NET1);Währung;Aktiv
WC-10;Akkuschrauber 18 V;Mit zwei Akkus;<p>Stark</p>;Lagerartikel;4000000000310;Norda;Stk.;19%;159,00;EUR;Ja
WC-11;Bohrer-Set;;;Lagerartikel;4000000000327;Norda;Set;19%;24,90;EUR;Ja
WC-12;Ladegerät;;;Lagerartikel;4000000000334;Norda;Stk.;19%;39,00;EUR;Nein
""",
        "Artikelnummer",
        "Artikelname",
        "Verkaufspreis (NET1)",
        point=",",
    ),
    partial(
        lined,
        "sevdesk.csv",
        """
Artikelnummer;Name;Beschreibung;Kategorie;Einheit;Preis netto;Preis brutto;Steuersatz;Bestand
SD-1;Schraubendreher;;Werkzeug;Stk;8,40;10,00;19;12
SD-2;Zange;;Werkzeug;Stk;16,81;20,00;19;4
SD-3;Hammer;;Werkzeug;Stk;21,01;25,00;19;7
""",
        "Artikelnummer",
        asks=True,
    ),
    partial(
        lined,
        "epicor.csv",
        """
Part,Description,Class,Group,UOM,Unit Price,Internal Unit Price,Type,Inactive
10-4410,Bracket welded,FAB,BRK,EA,18.40,12.10,M,false
10-4411,Bracket bent,FAB,BRK,EA,11.20,8.00,M,false
10-9000,Hex bolt M8,HW,BLT,EA,0.22,0.12,P,true
""",
        "Part",
        "Description",
        "Unit Price",
        mark=",",
    ),
    partial(
        lined,
        "sage-x3.csv",
        """
ITMREF;ITMDES1;ITMDES2;TCLCOD;STU;SAU;BASPRI;ITMSTA
BMS001;Vélo de ville 28;Noir;FIN;UN;UN;349,00;1
BMS002;Vélo pliant 20;Bleu;FIN;UN;UN;499,00;1
BMS003;Remorque;Gris;FIN;UN;UN;159,90;5
""",
        "ITMREF",
        "ITMDES1",
        "BASPRI",
        point=",",
    ),
    partial(
        lined,
        "visma-net.csv",
        """
Inventory ID,Description,Item status,Type,Item class,Posting class,Default price,Last cost,Base unit
VN-1001,Arbeidsstol grå,Active,Non-stock,MOB,DEF,2490.00,1100.00,STK
VN-1002,Skrivebord 160,Active,Stock item,MOB,DEF,4990.00,2300.00,STK
VN-1003,Skjerm 27,Inactive,Stock item,IT,DEF,3290.00,2400.00,STK
""",
        "Inventory ID",
        "Description",
        "Default price",
        mark=",",
    ),
    partial(
        lined,
        "optima.csv",
        """
Kod;Nazwa;Numer katalogowy;EAN;JM;Cena zakupu;Cena hurtowa 1;Cena detaliczna;Waluta;Stan
OP/001;Kubek ceramiczny;NK-1;5900000000216;szt;9,00;14,00;24,99;PLN;40
OP/002;Talerz głęboki;NK-2;5900000000223;szt;12,00;19,00;34,99;PLN;22
OP/003;Łyżka drewniana;NK-3;5900000000230;szt;3,00;5,50;9,99;PLN;95
""",
        "Kod",
        "Nazwa",
        "Cena detaliczna",
        point=",",
    ),
    partial(
        lined,
        "aspel-sae.csv",
        """
Clave;Descripción;Línea;Unidad de entrada;Precio público;Último costo;Existencias;Estatus
AS001;Comal de barro;COC;pz;165.00;90.00;12;A
AS002;Molcajete;COC;pz;480.00;260.00;3;A
AS003;Tortillero;COC;pz;95.50;40.00;20;B
""",
        "Clave",
        "Descripción",
        "Precio público",
    ),
    partial(
        lined,
        "autocount.csv",
        """
Item Code,Description,Desc 2,Item Group,Item Type,Base UOM,Price,Min. Price,Cost,Control Stock,Is Active
AC-01,Kopi O 20 sachet,,FOOD,,PKT,9.90,8.50,6.00,T,T
AC-02,Teh tarik 15 sachet,,FOOD,,PKT,11.50,10.00,7.10,T,T
AC-03,Milo 1 kg,,FOOD,,PKT,22.90,21.00,18.00,T,F
""",
        "Item Code",
        "Description",
        "Price",
        mark=",",
    ),
    partial(
        lined,
        "yayoi.csv",
        """
商品コード,商品名,単位,標準上代単価,標準原価,税区分,メーカー名
YY-001,檜のまな板,枚,4800,2900,課税,木曽木工
YY-002,竹の菜箸,膳,650,300,課税,木曽木工
YY-003,桐の米びつ,個,12800,8200,課税,木曽木工
""",
        "商品コード",
        "商品名",
        "標準上代単価",
        mark=",",
        encoding="cp932",
    ),
    partial(
        lined,
        "yonyou.csv",
        """
存货编码,存货名称,规格型号,计量单位,存货大类,参考售价,参考成本,是否销售
0101001,不锈钢保温杯,500ml,个,日用,89.00,42.00,是
0101002,玻璃水壶,1.5L,个,日用,65.00,30.00,是
0101003,陶瓷碗,六件套,套,日用,128.00,71.00,否
""",
        "存货编码",
        "存货名称",
        "参考售价",
        mark=",",
        encoding="gb18030",
    ),
    partial(
        lined,
        "dingxin.csv",
        """
品號,品名,規格,單位,標準售價,標準進價,會計別
A-0001,不鏽鋼保溫瓶,500毫升,個,890,420,成品
A-0002,玻璃水壺,一公升,個,650,300,成品
A-0003,陶瓷碗組,六件,組,1280,710,成品
""",
        "品號",
        "品名",
        "標準售價",
        mark=",",
        encoding="big5",
    ),
    partial(
        lined,
        "accurate-id.csv",
        """
No. Barang;Deskripsi Barang;Tipe Barang;Satuan;Harga Jual;Harga Beli;Kuantitas;Non Aktif
100001;Teh celup isi 25;Persediaan;PCS;Rp 12.500;Rp 9.000;40;Tidak
100002;Kopi bubuk 200 g;Persediaan;PCS;Rp 27.500;Rp 21.000;12;Tidak
100003;Gula aren 500 g;Persediaan;PCS;Rp 18.000;Rp 13.500;0;Ya
""",
        "No. Barang",
        "Deskripsi Barang",
        "Harga Jual",
        point=",",
    ),
    partial(
        lined,
        "misa.csv",
        """
Mã hàng (*);Tên hàng (*);Tính chất (*);Đơn vị tính chính;Đơn giá bán;Đơn giá mua;Ngừng theo dõi
VT001;Nồi gang 24 cm;Hàng hóa;Cái;450.000;310.000;
VT002;Chảo thép;Hàng hóa;Cái;380.000;250.000;
VT003;Dao bếp;Hàng hóa;Cái;199.000;120.000;
""",
        "Mã hàng (*)",
        asks=True,
    ),
)
