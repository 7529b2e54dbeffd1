"""Files of tills, stock programs and business systems in English."""

from functools import partial

from bench.door_files.made import lined

FILES = (
    partial(
        lined,
        "cin7-core.csv",
        """
ProductCode,Name,Category,Brand,Type,FixedAssetType,CostingMethod,Length,Width,Height,Weight,CartonQuantity,Barcode,MinimumBeforeReorder,DefaultUnitOfMeasure,PriceTier1,PriceTier2,PriceTier3,AverageCost,Status,Description,ShortDescription,Sellable
CN-1,Canvas apron,Aprons,Norda,Stock,,FIFO,,,,0.3,10,9300000000018,5,Item,39.95,35.00,30.00,14.00,Active,Heavy canvas,,Yes
CN-2,Oven mitt,Kitchen,Norda,Stock,,FIFO,,,,0.2,20,9300000000025,5,Item,19.95,17.50,15.00,6.10,Active,,,Yes
CN-3,Tea towel,Kitchen,Norda,Stock,,FIFO,,,,0.1,50,9300000000032,9,Item,12.95,11.00,9.50,3.20,Deprecated,,,No
""",
        "ProductCode",
        mark=",",
        asks=True,
    ),
    partial(
        lined,
        "unleashed.csv",
        """
*Product Code,*Product Description,Notes,Barcode,Unit of Measure,Min Stock Alert Level,Max Stock Alert Level,Label Template,SO Label Template,Supplier Code,Supplier Product Code,Default Purchase Price,Default Sell Price,Minimum Sell Price,Is Sellable,Obsolete
ANIMAL,Bird animal feed,,9400000000017,EA,,,,,ABC,AF-1,5.00,9.90,8.00,TRUE,FALSE
BALL,Tennis balls x 3,,9400000000024,EA,,,,,ABC,TB-3,3.10,7.50,6.00,TRUE,FALSE
CHAIR,Folding chair,Steel,9400000000031,EA,,,,,XYZ,FC-9,18.00,45.00,40.00,TRUE,FALSE
""",
        "*Product Code",
        "*Product Description",
        "Default Sell Price",
        mark=",",
    ),
    partial(
        lined,
        "zettle.csv",
        """
Name,Variant,Unit,Price (GBP),Cost price (GBP),VAT (%),SKU,Barcode,Category name
Flat white,,,3.20,0.90,20,ZT-1,,Drinks
T-shirt,S,,18.00,7.00,20,ZT-2-S,5000000000012,Merch
T-shirt,M,,18.00,7.00,20,ZT-2-M,5000000000029,Merch
""",
        "SKU",
        "Name",
        "Price (GBP)",
        mark=",",
    ),
    partial(
        lined,
        "clover.csv",
        """
Clover ID,Name,Alternate Name,Price,Price Type,Price Unit,Tax Rates,Cost,Product Code,SKU,Modifier Groups,Quantity,Printer Labels,Hidden,Non-revenue item
8F2K1M0QW1,Espresso,,2.75,Fixed,,DEFAULT,0.40,,CL-1,,,No,No,No
8F2K1M0QW2,Bagel,,3.50,Fixed,,DEFAULT,0.90,,CL-2,,12,No,No,No
8F2K1M0QW3,Mug,Souvenir mug,14.00,Fixed,,DEFAULT,4.10,,CL-3,,30,No,Yes,No
""",
        "SKU",
        "Name",
        "Price",
        mark=",",
    ),
    partial(
        lined,
        "epos-now.csv",
        """
ProductID,Name,Description,Category,CostPrice,SalePriceExTax,SalePriceIncTax,EatOutPriceIncTax,TaxRate,Brand,Barcode,SKU,OrderCode,Size
771,Bath bomb,Citrus,Bath,0.90,3.33,4.00,4.00,20,Norda,5000000000111,EP-1,,
772,Bath salts,500 g,Bath,1.50,6.25,7.50,7.50,20,Norda,5000000000128,EP-2,,
773,Loofah,,Bath,0.80,2.92,3.50,3.50,20,Norda,5000000000135,EP-3,,
""",
        "SKU",
        mark=",",
        asks=True,
    ),
    partial(
        lined,
        "sap-b1.csv",
        """
ItemCode;ItemName;ForeignName;ItemsGroupCode;BarCode;SalesItem;PurchaseItem;InventoryItem;SWW
B1-100;Printer cartridge black;;101;4006381333931;tYES;tYES;tYES;
B1-101;Printer cartridge cyan;;101;4006381333948;tYES;tYES;tYES;
B1-102;Photo paper A4;;102;4006381333955;tYES;tYES;tYES;
""",
        "ItemCode",
        "ItemName",
        between="ItemCode;ItemName;FrgnName;ItmsGrpCod;CodeBars;SellItem;PrchseItem;InvntItem;SWW",
    ),
    partial(
        lined,
        "business-central.csv",
        """
No.,Description,Type,Quantity on Hand,Assembly BOM,Base Unit of Measure,Unit Cost,Unit Price,Vendor No.
1896-S,ATHENS Desk,Inventory,4,No,PCS,506.60,649.40,20000
1900-S,PARIS Guest Chair,Inventory,0,No,PCS,97.50,125.10,20000
1906-S,ATHENS Mobile Pedestal,Inventory,1,No,PCS,219.50,281.40,20000
""",
        "No.",
        "Description",
        "Unit Price",
        mark=",",
    ),
    partial(
        lined,
        "netsuite.csv",
        """
Internal ID,Name,Display Name,Description,Type,Base Price,Purchase Price,UPC Code,Inactive
1101,NS-LAMP-01,Desk lamp,LED desk lamp,Inventory Item,49.00,21.00,812345000010,No
1102,NS-LAMP-02,Floor lamp,LED floor lamp,Inventory Item,119.00,60.00,812345000027,No
1103,NS-BULB-01,Bulb E27,LED bulb,Inventory Item,6.50,1.90,812345000034,Yes
""",
        "Name",
        "Display Name",
        "Base Price",
        mark=",",
    ),
    partial(
        lined,
        "fishbowl.csv",
        """
PartNumber,ProductNumber,ProductDescription,ProductDetails,UOM,Price,Class,Active,Taxable,ComboBox,AllowUOM,ProductURL,ProductPictureURL,ProductUPC
FB-1,FB-1,Mountain bike 26,,ea,549.00,,true,true,true,true,,,810000000017
FB-2,FB-2,Bike helmet,,ea,59.00,,true,true,true,true,,,810000000024
FB-3,FB-3,Bike pump,,ea,24.00,,false,true,true,true,,,810000000031
""",
        "ProductNumber",
        "ProductDescription",
        "Price",
        mark=",",
    ),
    partial(
        lined,
        "linnworks.csv",
        """
SKU,Title,RetailPrice,PurchasePrice,TaxRate,BarcodeNumber,Category,Stock Level,Minimum Level,Weight,StockItemId
LW-1,Ceramic planter,18.00,7.20,20,5000000000210,Garden,14,2,0.9,0b9d8c1e-1001
LW-2,Watering can,24.00,10.10,20,5000000000227,Garden,3,1,0.7,0b9d8c1e-1002
LW-3,Trowel,9.50,3.60,20,5000000000234,Garden,50,9,0.2,0b9d8c1e-1003
""",
        "SKU",
        "Title",
        "RetailPrice",
        mark=",",
    ),
    partial(
        lined,
        "inflow.csv",
        """
ProductName,SKU,Category,ItemType,Description,Barcode,VendorProductCode,Cost,DefaultUnitPrice,IsActive,Remarks
Notebook dotted,IF-1,Stationery,Stock,A5,810000000116,VN-1,2.10,8.00,True,
Fountain pen,IF-2,Stationery,Stock,,810000000123,VN-2,11.00,32.00,True,
Ink bottle,IF-3,Stationery,Stock,30 ml,810000000130,VN-3,3.50,12.00,False,
""",
        "SKU",
        "ProductName",
        "DefaultUnitPrice",
        mark=",",
    ),
    partial(
        lined,
        "veeqo.csv",
        """
product_id,variant_id,product_title,variant_title,sku_code,upc_code,price,cost_price,tax_rate,min_reorder_level,total_quantity_sold,created_at
9100,77001,Wool socks,Small,VQ-S,,14.00,5.00,0.2,0,120,2024-02-01T10:00:00Z
9100,77002,Wool socks,Large,VQ-L,,14.00,5.00,0.2,0,98,2024-02-01T10:00:00Z
9101,77003,Beanie,,VQ-B,,22.00,8.00,0.2,0,40,2024-03-01T10:00:00Z
""",
        "sku_code",
        "product_title",
        "price",
        mark=",",
    ),
    partial(
        lined,
        "zen-cart.csv",
        """
v_products_model,v_products_image,v_products_name_1,v_products_description_1,v_products_url_1,v_specials_price,v_specials_date_avail,v_products_price,v_products_weight,v_date_avail,v_products_quantity,v_manufacturers_name,v_categories_name_1,v_tax_class_title,v_status
ZC-1,a.jpg,Hand drill,<p>Steel</p>,,,,45.00,1.2,,10,Norda,Tools,--none--,1
ZC-2,b.jpg,Spokeshave,,,29.00,,38.00,0.4,,4,Norda,Tools,--none--,1
ZC-3,c.jpg,Marking gauge,,,,,21.50,0.2,,0,Norda,Tools,--none--,0
""",
        "v_products_model",
        "v_products_name_1",
        "v_products_price",
        mark=",",
    ),
    partial(
        lined,
        "cs-cart.csv",
        """
Product code;Language;Category;List price;Price;Status;Quantity;Weight;Min quantity;Product name;Description;Detailed image
CC-1;en;Bags;0.00;59.00;A;10;0.8;0;Canvas rucksack;<p>20 l</p>;a.jpg
CC-2;en;Bags;99.00;79.00;A;3;0.9;0;Waxed rucksack;;b.jpg
CC-3;en;Bags;0.00;19.00;D;0;0.2;0;Pouch;;c.jpg
""",
        "Product code",
        "Product name",
        "Price",
    ),
    partial(
        lined,
        "shift4shop.csv",
        """
catalogid,id,name,categories,mfgid,manufacturer,distributor,cost,price,price2,saleprice,onsale,stock,stock_alert,weight,description,hide
1001,S4-1,Cast iron pan,Cookware,NP-10,Norda,,14.00,39.00,0,0,0,12,2,2.1,<p>26 cm</p>,0
1002,S4-2,Carbon steel wok,Cookware,NP-20,Norda,,18.00,49.00,0,0,0,5,2,1.4,,0
1003,S4-3,Lid,Cookware,NP-30,Norda,,5.00,15.00,0,0,0,0,2,0.6,,1
""",
        "id",
        "name",
        "price",
        mark=",",
    ),
    partial(
        lined,
        "volusion.csv",
        """
productcode,vendor_partno,productname,productprice,saleprice,stockstatus,hideproduct,productweight,productdescriptionshort,productdescription,photourl,ischildofproductcode
VO-1,,Bird feeder,24.95,,12,N,1.2,Cedar,<p>Cedar bird feeder</p>,https://v.example/1.jpg,
VO-2,,Suet cage,9.95,7.95,40,N,0.4,Steel,,https://v.example/2.jpg,
VO-3,,Bird bath,79.00,,0,Y,6.5,Stone,,https://v.example/3.jpg,
""",
        "productcode",
        "productname",
        "productprice",
        mark=",",
    ),
    partial(
        lined,
        "flipkart.csv",
        """
Product Title,Seller SKU Id,Sub-category,Flipkart Serial Number,Listing ID,Listing Status,Inactive Reason,MRP,Your Selling Price,Minimum Order Quantity (MinOQ),Fulfilment By,Your Stock Count
Steel water bottle 1 L,FK-1,bottle,BOTX001,LSTBOTX001,ACTIVE,,799,499,1,Seller,40
Copper jug,FK-2,jug,JUGX002,LSTJUGX002,ACTIVE,,1499,999,1,Seller,8
Lunch box 3 tier,FK-3,lunch_box,LUNX003,LSTLUNX003,INACTIVE,Out of stock,899,649,1,Seller,0
""",
        "Seller SKU Id",
        "Product Title",
        "Your Selling Price",
        mark=",",
    ),
    partial(
        lined,
        "salesforce-prices.csv",
        """
Product2.Id,Product2.ProductCode,Product2.Name,Product2.Family,Product2.IsActive,UnitPrice,CurrencyIsoCode,Pricebook2.Name
01t5e000001AAAA,SF-100,Router 4 port,Network,true,129.00,EUR,Standard Price Book
01t5e000001AAAB,SF-101,Router 8 port,Network,true,249.00,EUR,Standard Price Book
01t5e000001AAAC,SF-102,Rack shelf,Network,false,39.00,EUR,Standard Price Book
""",
        "Product2.ProductCode",
        "Product2.Name",
        "UnitPrice",
        mark=",",
    ),
)
