"""Lists of trades: pharmacies, tyres, car parts, books, records, trading cards, clothes, games, print on demand."""

from functools import partial

from bench.door_files.made import lined

FILES = (
    partial(
        lined,
        "pharmacy-pzn.csv",
        """
PZN;Artikelname;DAR;Menge;Einheit;AVP;AEK;Anbieter;Rx
00123450;Erkältungsbalsam;SAL;50;g;8,95;4,90;Norda Pharma;N
01234566;Hustenlöser;SIR;200;ml;11,49;6,70;Norda Pharma;N
12345678;Pflaster sensitiv;PFL;20;St;4,25;2,10;Norda Pharma;N
""",
        "PZN",
        "Artikelname",
        "AVP",
        point=",",
    ),
    partial(
        lined,
        "tyres.csv",
        """
EAN;Hersteller;Profil;Breite;Querschnitt;Felge;LI;SI;Saison;Preis netto;Bestand
4019238000016;Norda;WinterGrip;205;55;16;91;H;W;64,90;20
4019238000023;Norda;SummerFlow;205;55;16;91;V;S;59,50;44
4019238000030;Vesta;AllRoad;225;45;17;94;W;G;81,00;8
""",
        "EAN",
        asks=True,
    ),
    partial(
        lined,
        "tecdoc.csv",
        """
Brand;ArtNr;GenArt;Bezeichnung;EAN;OE-Nummern;Preis;Währung;Pfandwert;VPE
Norda;BX 1001;82;Bremsscheibe, Vorderachse;4047000000018;8E0615301Q, 8E0615301R;38,90;EUR;0,00;2
Norda;BX 1002;402;Bremsbelagsatz, Scheibenbremse;4047000000025;8E0698151C;29,95;EUR;0,00;1
Norda;AL 2001;4;Generator;4047000000032;06B903016AB;189,00;EUR;45,00;1
""",
        "ArtNr",
        "Bezeichnung",
        "Preis",
        point=",",
    ),
    partial(
        lined,
        "car-parts-us.csv",
        """
Part Number,Brand AAIAID,Part Terminology,Description,Jobber Price,List Price,Core Price,UPC,Country of Origin
BP-100,BCDE,Brake Pad Set,Ceramic pad set front,31.20,52.00,0.00,812000000116,US
BP-200,BCDE,Brake Rotor,Vented rotor 280 mm,48.60,81.00,0.00,812000000123,US
AL-300,BCDE,Alternator,Alternator 120 A,119.40,199.00,45.00,812000000130,MX
""",
        "Part Number",
        mark=",",
        asks=True,
    ),
    partial(
        lined,
        "books-nl.csv",
        """
EAN;Titel;Auteur;Uitgever;Verschijningsvorm;NUR;Taal;Verschijningsdatum;Verkoopprijs
9789000000012;De stille haven;J. de Wit;Norda;Paperback;301;Nederlands;01-03-2025;22,99
9789000000029;Koken zonder zout;M. Smit;Norda;Hardcover;440;Nederlands;15-04-2025;34,50
9789000000036;Fietsen langs de Maas;P. Kok;Norda;Paperback;510;Nederlands;01-05-2025;17,95
""",
        "EAN",
        "Titel",
        "Verkoopprijs",
        point=",",
    ),
    partial(
        lined,
        "books-onix.csv",
        """
RecordReference,ISBN13,ProductForm,TitleText,Subtitle,PersonName,PublisherName,PublicationDate,PriceTypeCode,PriceAmount,CurrencyCode,ProductAvailability
norda.001,9781000000016,BC,The quiet harbour,A novel,Jo White,Norda,20250301,02,9.99,GBP,20
norda.002,9781000000023,BB,Cooking without salt,,Mary Smith,Norda,20250415,02,25.00,GBP,20
norda.003,9781000000030,BC,Cycling the Thames,,Peter Cook,Norda,20250501,02,14.50,GBP,10
""",
        "ISBN13",
        mark=",",
        asks=True,
    ),
    partial(
        lined,
        "discogs.csv",
        """
listing_id,artist,title,label,catno,format,release_id,status,price,listed,comments,media_condition,sleeve_condition,accept_offer,external_id,weight
310000001,Norda Trio,Blue tides,Norda Rec.,NR-7,LP,9000001,For Sale,24.00,2025-01-02 10:00:00,,Mint (M),Mint (M),N,DC-001,230
310000002,Norda Trio,Blue tides,Norda Rec.,NR-7,LP,9000001,For Sale,15.50,2025-01-02 10:01:00,,Very Good (VG),Good (G),N,DC-002,230
310000003,The Vestas,Red hills,Vesta,VE-11,7in,9000002,Draft,6.00,2025-01-02 10:02:00,,Near Mint (NM or M-),Mint (M),Y,DC-003,80
""",
        "listing_id",
        "title",
        "price",
        mark=",",
    ),
    partial(
        lined,
        "tcgplayer.csv",
        """
TCGplayer Id,Product Line,Set Name,Product Name,Title,Number,Rarity,Condition,TCG Market Price,TCG Direct Low,TCG Low Price With Shipping,TCG Low Price,Total Quantity,Add to Quantity,TCG Marketplace Price,Photo URL
8000001,Card Game,First set,Storm drake,,001/100,R,Near Mint,4.10,,5.20,3.90,2,0,4.50,
8000002,Card Game,First set,Storm drake,,001/100,R,Lightly Played,3.20,,4.40,3.00,1,0,3.75,
8000003,Card Game,First set,Moss golem,,002/100,C,Near Mint,0.25,,1.40,0.20,9,0,0.35,
""",
        "TCGplayer Id",
        "Product Name",
        "TCG Marketplace Price",
        mark=",",
    ),
    partial(
        lined,
        "games-wholesale.csv",
        """
Barcode,Title,Platform,Release Date,Label,Dealer Price,SRP,Format
5021000000011,Night Racer,PS5,14/03/2025,Norda,32.00,49.99,Disc
5021000000028,Farm Days,Switch,21/03/2025,Norda,28.00,44.99,Cart
5021000000035,Deep Dive,XSX,04/04/2025,Norda,35.00,54.99,Disc
""",
        "Barcode",
        "Title",
        "SRP",
        mark=",",
    ),
    partial(
        lined,
        "textile.csv",
        """
Artikelnummer;Artikelname;Farbe;Größe;SKU;EAN;Gewicht g/m²;Einzelpreis;Preis ab 50;Preis ab 500
T100;T-Shirt Basic;weiß;S;T100-WH-S;4040000000018;150;3,20;2,95;2,60
T100;T-Shirt Basic;weiß;M;T100-WH-M;4040000000025;150;3,20;2,95;2,60
T100;T-Shirt Basic;schwarz;S;T100-BK-S;4040000000032;150;3,60;3,30;2,90
""",
        "SKU",
        "Artikelname",
        "Einzelpreis",
        point=",",
    ),
    partial(
        lined,
        "jewels-fr.csv",
        """
Réf.;Désignation;Métal;Carat;Poids (g);Taille;PV TTC;PA HT;Stock
BJ-001;Alliance demi-jonc;Or jaune;18;3,2;52;489,00;240,00;2
BJ-002;Bague solitaire;Or blanc;18;2,8;54;1 290,00;610,00;1
BJ-003;Chaîne forçat;Argent;925;5,1;45;59,90;22,00;8
""",
        "Réf.",
        "Désignation",
        "PV TTC",
        point=",",
    ),
    partial(
        lined,
        "per-hundred.csv",
        """
Artikelnummer;Bezeichnung;Abmessung;VPE;Preis/100 St.
S-0825;Sechskantschraube;M8x25;200;18,40
S-0830;Sechskantschraube;M8x30;200;19,10
M-08;Sechskantmutter;M8;500;6,20
""",
        "Artikelnummer",
        asks=True,
    ),
    partial(
        lined,
        "price-per-1000.csv",
        """
Part no.,Description,Box qty,Price per 1000
N-100,Nail 2.5 x 50,5000,14.20
N-101,Nail 3.1 x 80,2500,22.90
S-200,Staple 10 mm,10000,3.75
""",
        "Part no.",
        mark=",",
        asks=True,
    ),
    partial(
        lined,
        "bigbuy.csv",
        """
ID;CATEGORY;NAME;ATTRIBUTE1;VALUE1;DESCRIPTION;BRAND;PRICE;PVP_BIGBUY;PVD;IVA;EAN13;STOCK;IMAGE1
S1100001;2609,2617;LED desk lamp;;;<p>Desk lamp</p>;Norda;39.90;29.90;14.20;21;8430000000018;12;https://b.example/1.jpg
S1100002;2609,2617;Bath mat;;;<p>Mat</p>;Norda;19.90;12.50;5.10;21;8430000000025;40;https://b.example/2.jpg
S1100003;2609,2620;Fan;;;<p>Fan</p>;Norda;59.90;44.00;20.75;21;8430000000032;0;https://b.example/3.jpg
""",
        "ID",
        asks=True,
    ),
    partial(
        lined,
        "printful.csv",
        """
Product ID,Variant ID,External ID,Product name,Variant name,SKU,Size,Color,Retail price,Currency,Availability
3300001,4400001,ext-1,Fox tee,Fox tee / S,6601_S,S,White,24.00,EUR,active
3300001,4400002,ext-2,Fox tee,Fox tee / M,6601_M,M,White,24.00,EUR,active
3300002,4400003,ext-3,Owl mug,Owl mug,6602,11 oz,White,15.50,EUR,active
""",
        "SKU",
        "Product name",
        "Retail price",
        mark=",",
    ),
    partial(
        lined,
        "printaura.csv",
        """
sku,title,description,brand,product,colors,normal_price,plus_price,front_print,weight,tags
PA-1,Fox tee,Soft,Norda,Unisex tee,"White,Black",22.00,25.00,fox.png,0.2,fox
PA-2,Owl hoodie,Warm,Norda,Hoodie,Grey,39.00,43.00,owl.png,0.6,owl
PA-3,Bear tote,,Norda,Tote,Natural,14.50,14.50,bear.png,0.1,bear
""",
        "sku",
        mark=",",
        asks=True,
    ),
)
