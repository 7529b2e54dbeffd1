"""More marketplaces, shop systems, PIMs and wholesalers: ManoMano, Magalu, Takealot, ePages, Salsify, Saleor."""

from functools import partial

from bench.door_files.made import Made, lined


def ecwid() -> Made:
    """A row for each product, and rows of its variations below it with their own columns for SKU and price."""
    text = (
        "type,product_internal_id,product_sku,product_name,product_price,product_quantity,product_description,"
        "product_is_available,product_variation_sku,product_variation_price,product_variation_option_Size\n"
        "product,900001,EC-1,Linen shirt,49.00,,<p>Linen</p>,true,,,\n"
        "product_variation,900001,,,,3,,,EC-1-S,49.00,S\n"
        "product_variation,900001,,,,5,,,EC-1-L,52.00,L\n"
        "product,900002,EC-2,Straw hat,29.50,8,,true,,,\n"
    )
    products = {
        "EC-1": {"name": "Linen shirt", "price": "49"},
        "EC-1-S": {"name": "Linen shirt", "price": "49"},
        "EC-1-L": {"name": "Linen shirt", "price": "52"},
        "EC-2": {"name": "Straw hat", "price": "29.50"},
    }
    return Made("ecwid.csv", text.encode(), {"rows": 4, "rejected": 0, "products": products})


def shopify_inventory() -> Made:
    """The inventory of Shopify: a row for each variant and location, without prices."""
    text = (
        "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO,"
        "Location,Incoming,Unavailable,Committed,Available,On hand\n"
        "tee,Linen tee,Size,S,,,,,SI-S,,,Berlin,0,0,0,4,4\ntee,Linen tee,Size,S,,,,,SI-S,,,Wien,0,0,0,2,2\n"
        "tee,Linen tee,Size,M,,,,,SI-M,,,Berlin,0,0,0,7,7\ntee,Linen tee,Size,M,,,,,SI-M,,,Wien,0,0,0,1,1\n"
    )
    products = {sku: {"name": "Linen tee", "price": None} for sku in ("SI-S", "SI-M")}
    return Made("shopify-inventory.csv", text.encode(), {"rows": 4, "rejected": 0, "products": products})


def shopify_orders() -> Made:
    """Orders of Shopify by mistake: "Name" is the number of the order."""
    text = (
        "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Lineitem quantity,Lineitem name,"
        "Lineitem price,Lineitem sku,Billing Name,Vendor\n"
        "#1001,a@s.example,paid,2025-01-02,EUR,49.00,4.90,8.60,53.90,1,Linen shirt - S,49.00,SO-1,Ann A,Norda\n"
        "#1002,b@s.example,paid,2025-01-02,EUR,29.50,4.90,5.49,34.40,1,Straw hat,29.50,SO-2,Bob B,Norda\n"
        "#1003,c@s.example,paid,2025-01-03,EUR,15.00,4.90,3.18,19.90,1,Mug,15.00,SO-3,Cy C,Norda\n"
    )
    products = {
        "SO-1": {"name": "Linen shirt - S", "price": "49"},
        "SO-2": {"name": "Straw hat", "price": "29.50"},
        "SO-3": {"name": "Mug", "price": "15"},
    }
    return Made("shopify-orders.csv", text.encode(), {"rows": 3, "rejected": 0, "products": products})


FILES = (
    ecwid,
    shopify_inventory,
    shopify_orders,
    partial(
        lined,
        "manomano.csv",
        """
sku;sku_manufacturer;ean;title;brand;description;product_price_vat_inc;retail_price_vat_inc;shipping_price_vat_inc;quantity;carrier
MM-1;DR-18;3760000000011;Perceuse 18 V;Norda;Avec deux batteries;129.00;159.00;0.00;12;DPD
MM-2;SC-70;3760000000028;Scie circulaire;Norda;;99.90;119.90;6.90;4;DPD
MM-3;CL-10;3760000000035;Clé à molette;Norda;;14.50;18.00;4.90;40;Colissimo
""",
        "sku",
        "title",
        "product_price_vat_inc",
    ),
    partial(
        lined,
        "magalu.csv",
        """
SKU do Lojista;EAN;Título;Marca;Preço De;Preço Por;Estoque;Descrição
MG-1;7890000000017;Panela de ferro;Norda;199,90;149,90;12;Ferro fundido
MG-2;7890000000024;Frigideira;Norda;99,90;79,90;5;
MG-3;7890000000031;Faca do chef;Norda;59,90;49,90;30;
""",
        "SKU do Lojista",
        "Título",
        "Preço Por",
        point=",",
    ),
    partial(
        lined,
        "van-voor.csv",
        """
Artikelcode;Titel;Van prijs;Voor prijs;Voorraad
VV-1;Gietijzeren pan;59,95;44,95;12
VV-2;Koekenpan;34,95;27,95;5
VV-3;Koksmes;24,95;19,95;30
""",
        "Artikelcode",
        "Titel",
        "Voor prijs",
        point=",",
    ),
    partial(
        lined,
        "statt-jetzt.csv",
        """
Artikelnummer;Bezeichnung;Streichpreis;Preis jetzt;Bestand
SJ-1;Gusseisenpfanne;59,95;44,95;12
SJ-2;Bratpfanne;34,95;27,95;5
SJ-3;Kochmesser;24,95;19,95;30
""",
        "Artikelnummer",
        "Bezeichnung",
        "Preis jetzt",
        point=",",
    ),
    partial(
        lined,
        "prix-barre.csv",
        """
Référence;Désignation;Prix barré;Prix actuel;Stock
PB-1;Poêle en fonte;59,95;44,95;12
PB-2;Sauteuse;34,95;27,95;5
PB-3;Couteau de chef;24,95;19,95;30
""",
        "Référence",
        "Désignation",
        "Prix actuel",
        point=",",
    ),
    partial(
        lined,
        "precio-anterior.csv",
        """
Referencia;Nombre;Precio anterior;Precio actual;Existencias
PA-1;Sartén de hierro;59,95;44,95;12
PA-2;Olla;34,95;27,95;5
PA-3;Cuchillo;24,95;19,95;30
""",
        "Referencia",
        "Nombre",
        "Precio actual",
        point=",",
    ),
    partial(
        lined,
        "cena-przed.csv",
        """
Symbol;Nazwa;Cena przed obniżką;Cena po obniżce;Stan
CP-1;Patelnia żeliwna;259,00;199,00;12
CP-2;Garnek;149,00;129,00;5
CP-3;Nóż szefa;99,00;79,00;30
""",
        "Symbol",
        "Nazwa",
        "Cena po obniżce",
        point=",",
    ),
    partial(
        lined,
        "takealot.csv",
        """
SKU,TSIN,Barcode,Title,Selling Price,RRP,Leadtime Days,Stock JHB,Stock CPT,Status
TK-1,50000001,6000000000012,Braai grid,349,399,3,12,4,Buyable
TK-2,50000002,6000000000029,Potjie no 3,899,999,3,2,1,Buyable
TK-3,50000003,6000000000036,Biltong slicer,1299,1499,5,0,0,Not Buyable
""",
        "SKU",
        "Title",
        "Selling Price",
        mark=",",
    ),
    partial(
        lined,
        "jumia.csv",
        """
Name,Description,SellerSku,ParentSku,Brand,PrimaryCategory,Price_NGN,Sale_Price_NGN,Sale_Start_At,Sale_End_At,Stock,MainImage
Blender 1.5 l,Strong,JM-1,,Norda,1001,45000,39900,2025-11-01,2025-11-30,12,https://j.example/1.jpg
Kettle 2 l,,JM-2,,Norda,1001,18500,15900,2025-11-01,2025-11-30,30,https://j.example/2.jpg
Iron,,JM-3,,Norda,1001,12000,,,,8,https://j.example/3.jpg
""",
        "SellerSku",
        "Name",
        "Price_NGN",
        mark=",",
    ),
    partial(
        lined,
        "blibli.csv",
        """
Nama Produk*;Seller SKU;Harga Normal (Rp);Harga Penjualan (Rp);Stok;Kode Toko
Teko kaca 1 liter;BL-1;125.000;99.000;12;NRD
Gelas set isi 6;BL-2;89.000;75.000;5;NRD
Saringan teh;BL-3;35.000;29.500;30;NRD
""",
        "Seller SKU",
        asks=True,
    ),
    partial(
        lined,
        "rozetka.csv",
        """
Артикул;Назва (укр);Назва (рос);Ціна;Стара ціна;Наявність;Виробник
RZ-1;Сковорода чавунна;Сковорода чугунная;1299;1599;в наявності;Norda
RZ-2;Каструля 3 л;Кастрюля 3 л;899;;в наявності;Norda
RZ-3;Ніж кухаря;Нож повара;549;699;немає;Norda
""",
        "Артикул",
        asks=True,
    ),
    partial(
        lined,
        "temu.csv",
        """
SPU ID,SKC货号,SKU货号,产品名称,规格,申报价格(元),库存
600001,KD-01,KD-01-BK,不锈钢水杯,黑色,25.80,120
600001,KD-01,KD-01-WH,不锈钢水杯,白色,25.80,80
600002,KD-02,KD-02-01,折叠雨伞,均码,32.50,45
""",
        "SKU货号",
        "产品名称",
        "申报价格(元)",
        mark=",",
    ),
    partial(
        lined,
        "ankorstore.csv",
        """
SKU,EAN,Product name,Brand,Wholesale price (excl. VAT),Retail price (incl. VAT),Unit multiplier,Stock,VAT rate
AK-1,3760000000110,Soy candle fig,Norda,8.00,19.90,6,120,20
AK-2,3760000000127,Soy candle oak,Norda,8.00,19.90,6,80,20
AK-3,3760000000134,Room spray,Norda,5.50,13.90,12,45,20
""",
        "SKU",
        "Product name",
        "Retail price (incl. VAT)",
        mark=",",
    ),
    partial(
        lined,
        "orderchamp.csv",
        """
Artikelcode;EAN;Titel;Inkoopprijs;Adviesprijs;Minimale afname;Voorraad
OC-1;8710000000015;Sojakaars vijg;8,00;19,95;6;120
OC-2;8710000000022;Sojakaars eik;8,00;19,95;6;80
OC-3;8710000000039;Roomspray;5,50;13,95;12;45
""",
        "Artikelcode",
        "Titel",
        "Adviesprijs",
        point=",",
    ),
    partial(
        lined,
        "amazon-fba.txt",
        """
sku	fnsku	asin	product-name	condition	your-price	mfn-listing-exists	afn-fulfillable-quantity	per-unit-volume
AF-1	X000000001	B000000001	Steel bottle 0.75 l	New	24.95	No	40	0.05
AF-2	X000000002	B000000002	Steel bottle 0.5 l	New	19.95	No	12	0.04
AF-3	X000000003	B000000003	Lunch box	New	29.50	No	0	0.09
""",
        "sku",
        "product-name",
        "your-price",
        mark="\t",
    ),
    partial(
        lined,
        "channeladvisor.txt",
        """
Auction Title	Inventory Number	Total Quantity	Starting Bid	Seller Cost	Buy It Now Price	Retail Price	Picture URLs	UPC	Description	Brand
Steel bottle 0.75 l	CA-1	40		9.10	24.95	29.95	https://c.example/1.jpg	812000000215	<p>Steel</p>	Norda
Steel bottle 0.5 l	CA-2	12		8.10	19.95	24.95	https://c.example/2.jpg	812000000222		Norda
Lunch box	CA-3	0		11.00	29.50	34.50	https://c.example/3.jpg	812000000239		Norda
""",
        "Inventory Number",
        "Auction Title",
        "Buy It Now Price",
        mark="\t",
    ),
    partial(
        lined,
        "epages.csv",
        """
Alias [Alias];Name [Name/de];Name [Name/en];Beschreibung [Text/de];Preis [ListPrices/EUR/gross];Sichtbar [IsVisible];Lagerbestand [StockLevel]
EP-10;Zelt für zwei;Tent for two;<p>Leicht</p>;199,00;1;4
EP-11;Schlafsack;Sleeping bag;;89,90;1;12
EP-12;Kocher;Stove;;34,50;0;0
""",
        "Alias [Alias]",
        "Name [Name/de]",
        "Preis [ListPrices/EUR/gross]",
        point=",",
    ),
    partial(
        lined,
        "nopcommerce.csv",
        """
ProductType,ParentGroupedProductId,VisibleIndividually,Name,ShortDescription,FullDescription,Vendor,SKU,ManufacturerPartNumber,Gtin,StockQuantity,Price,OldPrice,ProductCost,Published
Simple Product,0,TRUE,Build your own computer,Build it,<p>Fast</p>,,NC-COMP,,,10000,1200.0000,0.0000,0.0000,TRUE
Simple Product,0,TRUE,Digital storm,Tower,<p>Water cooled</p>,,NC-DS,,,10000,1259.0000,1399.0000,0.0000,TRUE
Simple Product,0,TRUE,Lenovo desk,All in one,,,NC-LE,,,10000,500.0000,0.0000,0.0000,FALSE
""",
        "SKU",
        "Name",
        "Price",
        mark=",",
    ),
    partial(
        lined,
        "saleor.csv",
        """
id,name,product type,category,product currency code,default (channel price amount),variant id,variant sku,variant weight
UHJvZHVjdDox,Apple juice,Juice,drinks,USD,5.00,UHJvZHVjdFZhcmlhbnQ6MQ,SL-1,1 kg
UHJvZHVjdDox,Apple juice,Juice,drinks,USD,9.00,UHJvZHVjdFZhcmlhbnQ6Mg,SL-2,2 kg
UHJvZHVjdDoy,Bean juice,Juice,drinks,USD,3.00,UHJvZHVjdFZhcmlhbnQ6Mw,SL-3,1 kg
""",
        "variant sku",
        "name",
        "default (channel price amount)",
        mark=",",
    ),
    partial(
        lined,
        "webtoffee.csv",
        """
post_title,post_name,ID,post_excerpt,post_content,post_status,sku,parent_sku,visibility,stock,regular_price,sale_price,weight,tax:product_type
Linen shirt,linen-shirt,101,,<p>Linen</p>,publish,WT-1,,visible,12,49,39,0.3,simple
Straw hat,straw-hat,102,,,publish,WT-2,,visible,8,29.5,,0.1,simple
Wool scarf,wool-scarf,103,,,draft,WT-3,,hidden,0,35,,0.2,simple
""",
        "sku",
        "post_title",
        "regular_price",
        mark=",",
    ),
    partial(
        lined,
        "kartris.csv",
        """
Cat2_Name1,Cat1_Name1,P_Name1,P_Desc1,V_Name1,V_CodeNumber,V_Price,V_RRP,V_Weight,V_Quantity,T_TaxRate,Supplier
Garden,Pots,Terracotta pot,Clay,Small,KA-S,8.50,10.00,0.8,20,20,Norda
Garden,Pots,Terracotta pot,Clay,Large,KA-L,14.50,17.00,1.9,12,20,Norda
Garden,Tools,Trowel,,Trowel,KA-T,6.25,8.00,0.2,45,20,Norda
""",
        "V_CodeNumber",
        "P_Name1",
        "V_Price",
        mark=",",
    ),
    partial(
        lined,
        "plytix.csv",
        """
SKU,Label,Family,Status,Created (UTC),Modified (UTC),Thumbnail,GTIN,List price,Colour,Assets
PX-1,Canvas backpack,Bags,Completed,2025-01-02 10:00,2025-02-02 10:00,https://p.example/1.jpg,5700000000018,89.00,Olive,3
PX-2,Canvas tote,Bags,Draft,2025-01-02 10:05,2025-02-02 10:00,,5700000000025,39.00,Navy,0
PX-3,Leather belt,Belts,Completed,2025-01-02 10:09,2025-02-02 10:00,,5700000000032,45.50,Tan,1
""",
        "SKU",
        "Label",
        "List price",
        mark=",",
    ),
    partial(
        lined,
        "salsify.csv",
        """
salsify:id,salsify:parent_id,salsify:data_inheritance_hierarchy_level_id,Product Name,Brand,GTIN,MSRP,Long Description,Main Image
SA-1,,,Trail mix 200 g,Norda,00812000000314,6.99,Nuts and fruit,https://s.example/1.jpg
SA-2,,,Trail mix 1 kg,Norda,00812000000321,24.99,,https://s.example/2.jpg
SA-3,,,Dried mango,Norda,00812000000338,4.49,,https://s.example/3.jpg
""",
        "salsify:id",
        "Product Name",
        "MSRP",
        mark=",",
    ),
    partial(
        lined,
        "inriver.csv",
        """
ProductId;ProductName_en;ProductName_sv;ItemNumber;ItemColor;ItemEAN;ItemPrice_EUR;ItemStatus
P-100;Storm jacket;Skaljacka;P-100-BLK;Black;7300000000018;249.00;Published
P-100;Storm jacket;Skaljacka;P-100-RED;Red;7300000000025;249.00;Published
P-200;Wool base layer;Underställ i ull;P-200-GRY;Grey;7300000000032;89.00;Draft
""",
        "ItemNumber",
        asks=True,
    ),
    partial(
        lined,
        "pimcore.csv",
        """
id;key;fullpath;published;sku;name#de;name#en;price;ean
501;lampe;/Products/lampe;1;PC-1;Lampe;Lamp;49.00;4000000000419
502;stuhl;/Products/stuhl;1;PC-2;Stuhl;Chair;119.00;4000000000426
503;tisch;/Products/tisch;0;PC-3;Tisch;Table;349.00;4000000000433
""",
        "sku",
        asks=True,
    ),
)
