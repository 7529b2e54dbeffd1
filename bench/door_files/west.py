"""Files of shops and offices in Germany, France, the Netherlands, Italy, Spain, Portugal and the Nordic countries."""

from functools import partial

from bench.door_files.made import lined

FILES = (
    partial(
        lined,
        "plentymarkets.csv",
        """
Item.id;Variation.id;Variation.number;Variation.isMain;Variation.isActive;ItemText.name1;ItemText.description;Barcode.GTIN13;SalesPrice.default;Stock.net
1051;2051;PM-01;1;1;Gartenschere;Mit Rollgriff;4006381333931;24.99;12
1051;2052;PM-01-L;0;1;Gartenschere lang;Mit Rollgriff;4006381333948;29.99;3
1052;2053;PM-02;1;0;Astsäge;Klappbar;4006381333955;19.49;0
""",
        "Variation.number",
        "ItemText.name1",
        "SalesPrice.default",
    ),
    partial(
        lined,
        "oxid.csv",
        """
OXID;OXSHOPID;OXPARENTID;OXACTIVE;OXARTNUM;OXEAN;OXTITLE;OXSHORTDESC;OXPRICE;OXBPRICE;OXTPRICE;OXVAT;OXSTOCK;OXVARSELECT
05848170643ab0deb;1;;1;OX-1401;4006381333931;Kiteboard Twintip;Für Einsteiger;479;400;599;;15;
058de8224773a1d5f;1;;1;OX-1402;4006381333948;Neoprenanzug;5 mm;189.5;120;;;4;
058e613db53d782ad;1;;0;OX-1403;4006381333955;Trapez;;129;80;;;0;
""",
        "OXARTNUM",
        "OXTITLE",
        "OXPRICE",
    ),
    partial(
        lined,
        "gambio.csv",
        """
XTSOL|p_id|p_model|p_stock|p_sorting|p_shipping|p_tpl|p_manufacturer|p_fsk18|p_priceNoTax|p_tax|p_status|p_weight|p_ean|p_name.de|p_desc.de|p_shortdesc.de|p_cat.0
XTSOL|12|GA-100|5.0000|0|1|standard.html|Norda|0|16.7983|1|1|0.4000|4006381333931|Teekanne Steingut|<p>1 l</p>|Steingut|Küche
XTSOL|13|GA-101|2.0000|0|1|standard.html|Norda|0|8.3950|1|1|0.2000|4006381333948|Teesieb|<p>Edelstahl</p>||Küche
XTSOL|14|GA-102|0.0000|0|1|standard.html|Norda|0|41.9664|1|0|0.9000|4006381333955|Stövchen|||Küche
""",
        "p_model",
        "p_name.de",
        "p_priceNoTax",
        mark="|",
    ),
    partial(
        lined,
        "afterbuy.csv",
        """
ProductID;Anr;EAN;Name;ShortDescription;Memo;Description;Keywords;Quantity;AuctionQuantity;Stock;Discontinued;MergeStock;UnitOfQuantity;TaxValue;Weight;SellingPrice;BuyingPrice;DealerPrice
5501201;7001;4006381333931;Wanduhr Eiche;;;Funkuhr;uhr;4;0;1;0;0;Stk;19,00;0,9;49,90;20,00;39,90
5501202;7002;4006381333948;Wecker Messing;;;;uhr;9;0;1;0;0;Stk;19,00;0,4;29,90;12,00;22,90
5501203;7003;4006381333955;Küchenuhr;;;;uhr;0;0;1;0;0;Stk;19,00;0,7;34,90;15,00;27,90
""",
        "Anr",
        "Name",
        "SellingPrice",
        point=",",
    ),
    partial(
        lined,
        "billbee.csv",
        """
Id;Artikelnummer;EAN;Hersteller;Titel DE;Kurzbeschreibung DE;Beschreibung DE;Preis (brutto);EK-Preis (netto);Steuersatz;Lagerbestand;Gewicht netto (g)
100200301;BB-1;4006381333931;Norda;Seife Lavendel;;Handgesiedet;5,90;2,10;19;40;100
100200302;BB-2;4006381333948;Norda;Seife Minze;;;5,90;2,10;19;25;100
100200303;BB-3;;Norda;Seifenschale Buche;;Geölt;12,50;5,00;19;8;150
""",
        "Artikelnummer",
        "Titel DE",
        "Preis (brutto)",
        point=",",
    ),
    partial(
        lined,
        "bmecat.csv",
        """
SUPPLIER_AID;DESCRIPTION_SHORT;DESCRIPTION_LONG;EAN;MANUFACTURER_AID;MANUFACTURER_NAME;ORDER_UNIT;CONTENT_UNIT;NO_CU_PER_OU;PRICE_QUANTITY;PRICE_AMOUNT;PRICE_CURRENCY;PRICE_TYPE;TAX
10-4001;Steckdose reinweiß;Schutzkontakt, 16 A;4006381333931;NX-1;Norda;C62;C62;1;1;4.35;EUR;net_customer;0.19
10-4002;Wechselschalter reinweiß;10 A;4006381333948;NX-2;Norda;C62;C62;1;1;5.10;EUR;net_customer;0.19
10-4003;Rahmen 2-fach;;4006381333955;NX-3;Norda;C62;C62;1;1;2.80;EUR;net_customer;0.19
""",
        "SUPPLIER_AID",
        "DESCRIPTION_SHORT",
        "PRICE_AMOUNT",
    ),
    partial(
        lined,
        "navision.csv",
        """
Nr.;Beschreibung;Beschreibung 2;Basiseinheitencode;Einstandspreis;VK-Preis;Lagerbestand;Kreditorennr.;Gesperrt
70000;Seitenteil;;STÜCK;26,20;45,00;12;10000;Nein
70001;Boden;;STÜCK;9,80;18,50;40;10000;Nein
70002;Platte, Eiche;geölt;STÜCK;40,10;1.190,00;3;20000;Ja
""",
        "Nr.",
        "Beschreibung",
        "VK-Preis",
        point=",",
        encoding="cp850",
    ),
    partial(
        lined,
        "lexoffice.csv",
        """
Artikelnummer;Titel;Beschreibung;Typ;Einheit;Nettopreis;Bruttopreis;Umsatzsteuersatz;Notiz
LX-1;Gartenbank;Akazie;Produkt;Stück;168,07;200,00;19;
LX-2;Auflage;;Produkt;Stück;33,61;40,00;19;
LX-3;Aufbau;vor Ort;Dienstleistung;Stunde;50,42;60,00;19;
""",
        "Artikelnummer",
        asks=True,
    ),
    partial(
        lined,
        "mirakl-offers.csv",
        """
sku;product-id;product-id-type;description;internal-description;price;price-additional-info;quantity;min-quantity-alert;state;available-start-date;available-end-date;logistic-class;discount-price;update-delete
MK-1;4006381333931;EAN;;;24.90;;12;;11;;;M;;
MK-2;4006381333948;EAN;;;9.90;;0;;11;;;S;7.90;
MK-3;4006381333955;EAN;;;119.00;;4;;11;;;L;;
""",
        "sku",
        asks=True,
    ),
    partial(
        lined,
        "zalando.csv",
        """
ean,merchant_product_model_id,merchant_product_config_id,merchant_product_simple_id,name,brand,size,season,regular_price,discounted_price,currency,stock
4006381333931,M-100,M-100-BLU,M-100-BLU-38,Sommerkleid,Norda,38,SS26,79.95,59.95,EUR,4
4006381333948,M-100,M-100-BLU,M-100-BLU-40,Sommerkleid,Norda,40,SS26,79.95,59.95,EUR,2
4006381333955,M-200,M-200-BLK,M-200-BLK-OS,Stola,Norda,OS,SS26,39.95,,EUR,9
""",
        "merchant_product_simple_id",
        mark=",",
        asks=True,
    ),
    partial(
        lined,
        "sage-fr.csv",
        """
Référence article;Désignation;Famille;Prix d'achat;Prix de vente;Unité de vente;Code barres;Suivi en stock;En sommeil
BAAR01;Bague Argent;BIJOUXARG;75,00;164,08;Pièce;3700000000011;CMUP;Non
BAOR01;Bague Or;BIJOUXOR;450,00;1 024,00;Pièce;3700000000028;CMUP;Non
CHAR42;Chaîne Argent maille forçat;BIJOUXARG;12,50;36,50;Pièce;3700000000035;CMUP;Oui
""",
        "Référence article",
        "Désignation",
        "Prix de vente",
        point=",",
        encoding="cp1252",
    ),
    partial(
        lined,
        "dolibarr.csv",
        """
Id (p.rowid),Réf. (p.ref),Libellé (p.label),Description (p.description),En vente (p.tosell),En achat (p.tobuy),Prix de vente HT (p.price),Taux TVA (p.tva_tx),Code-barres (p.barcode),Date création (p.datec)
1,DB-01,Bougie parfumée,,1,1,12.50000000,20.0000,3700000000110,2025-01-02 10:00
2,DB-02,Bougeoir laiton,,1,1,29.00000000,20.0000,3700000000127,2025-01-03 10:00
3,DB-03,Éteignoir,,0,1,8.90000000,20.0000,,2025-01-04 10:00
""",
        "Réf. (p.ref)",
        "Libellé (p.label)",
        "Prix de vente HT (p.price)",
        mark=",",
    ),
    partial(
        lined,
        "ebp.csv",
        """
Code article;Libellé;Code famille;PA HT;PV HT;PV TTC;Code barre;Stock réel
AR00001;Pot de miel 500 g;MIEL;4,20;7,11;7,50;3700000000219;80
AR00002;Gelée royale;MIEL;12,00;23,22;24,50;3700000000226;12
AR00003;Bougie cire d'abeille;CIRE;3,00;8,25;9,90;3700000000233;30
""",
        "Code article",
        asks=True,
        encoding="cp1252",
    ),
    partial(
        lined,
        "exact-online.csv",
        """
Artikelcode;Omschrijving;Artikelgroep;Eenheid;Verkoopprijs;Kostprijs;Voorraad;Verkoop;Inkoop
EX100;Bloempot terracotta;Potten;stuk;€ 8,95;€ 3,10;120;Ja;Ja
EX101;Plantenspuit messing;Gereedschap;stuk;€ 24,50;€ 11,00;14;Ja;Ja
EX102;Potgrond 20 l;Grond;zak;€ 6,75;€ 2,90;60;Ja;Ja
""",
        "Artikelcode",
        "Omschrijving",
        "Verkoopprijs",
        point=",",
    ),
    partial(
        lined,
        "danea.csv",
        """
Cod.;Descrizione;Tipologia;Categoria;Cod. Udm;Cod. Iva;Listino 1;Listino 2;Forn. predef.;Prezzo forn.;Cod. a barre;Produttore;Q.tà giacenza
0001;Tazza smaltata;Art. con magazzino;Casa;pz;22;€ 9,90;€ 8,50;Norda;€ 4,00;8000000000019;Norda;24
0002;Teiera ghisa;Art. con magazzino;Casa;pz;22;€ 59,00;€ 50,00;Norda;€ 28,00;8000000000026;Norda;3
0003;Filtro tè;Art. con magazzino;Casa;pz;22;€ 4,50;€ 3,90;Norda;€ 1,20;8000000000033;Norda;60
""",
        "Cod.",
        "Descrizione",
        "Listino 1",
        point=",",
        asks=True,
    ),
    partial(
        lined,
        "holded.csv",
        """
SKU;Nombre;Descripción;Código de barras;Código de fábrica;Coste (Subtotal);Precio compra (Subtotal);Precio venta (Subtotal);Impuesto de venta;Stock;Tags;Peso
HO-1;Vela de soja;;8400000000012;;3,00;3,00;9,90;IVA 21%;40;velas;0,3
HO-2;Jabón de oliva;;8400000000029;;1,20;1,20;4,50;IVA 21%;90;jabones;0,1
HO-3;Cuenco de madera;Olivo;8400000000036;;8,00;8,00;24,00;IVA 21%;7;cocina;0,5
""",
        "SKU",
        "Nombre",
        "Precio venta (Subtotal)",
        point=",",
    ),
    partial(
        lined,
        "phc-portugal.csv",
        """
Referência;Designação;Unidade;Família;Preço de venda 1;Preço de venda 2;Preço de custo;Taxa IVA;Stock actual;Inactivo
PT001;Azulejo pintado;UN;Casa;12,50;11,00;5,00;23;40;Não
PT002;Cesto de vime;UN;Casa;34,90;30,00;15,00;23;6;Não
PT003;Sabão de alecrim;UN;Higiene;3,90;3,20;1,10;23;120;Sim
""",
        "Referência",
        asks=True,
        encoding="cp1252",
    ),
    partial(
        lined,
        "mycashflow.csv",
        """
product_id;product_code;name;information;price;tax_rate;quantity;weight;visibility
310;MC-1;Kuksa, visakoivu;Käsintehty;59,00;25.5;4;0.2;visible
311;MC-2;Pellavapyyhe;;24,50;25.5;30;0.3;visible
312;MC-3;Kynttilänjalka;;89,90;25.5;0;0.9;hidden
""",
        "product_code",
        "name",
        "price",
        point=",",
    ),
    partial(
        lined,
        "swedish-stock.csv",
        """
Artikelnr;Benämning;Enhet;Pris exkl. moms;Inköpspris;Lagersaldo
SE-1;Ljusstake, mässing;st;395,00;180,00;12
SE-2;Brödkorg, näver;st;249,00;110,00;8
SE-3;Smörkniv, en;st;79,00;25,00;60
""",
        "Artikelnr",
        "Benämning",
        "Pris exkl. moms",
        point=",",
        encoding="cp1252",
        below="Summa;;;;;80",
    ),
    partial(
        lined,
        "norwegian-till.csv",
        """
Varenummer;Varenavn;Varegruppe;Utsalgspris inkl. mva;Innkjøpspris;Lagerbeholdning;Strekkode
2001;Kaffekopp, blå;Kopper;149,00;60,00;24;7090000000011
2002;Smørkniv, einer;Bestikk;99,00;35,00;40;7090000000028
2003;Brødfjøl, bjørk;Kjøkken;399,00;180,00;6;7090000000035
""",
        "Varenummer",
        "Varenavn",
        "Utsalgspris inkl. mva",
        point=",",
    ),
)
