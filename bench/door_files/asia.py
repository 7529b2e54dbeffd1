"""Files of shops and offices in Turkey, the Middle East, Asia and Latin America."""

from functools import partial

from bench.door_files.made import lined

FILES = (
    partial(
        lined,
        "n11.csv",
        """
Ürün Kodu;Mağaza Ürün Kodu;Ürün Adı;Kategori;Marka;Stok;Fiyat;İndirimli Fiyat;Satış Durumu
510022001;N11-1;Bakır cezve;Mutfak;Norda;12;349,90;299,90;Satışta
510022002;N11-2;Ahşap kaşık;Mutfak;Norda;80;49,90;49,90;Satışta
510022003;N11-3;Çelik çaydanlık;Mutfak;Norda;0;799,00;699,00;Beklemede
""",
        "Mağaza Ürün Kodu",
        "Ürün Adı",
        "Fiyat",
        point=",",
    ),
    partial(
        lined,
        "ticimax.csv",
        """
URUNKARTIID;URUNID;STOKKODU;BARKOD;URUNADI;ONYAZI;ACIKLAMA;MARKA;TEDARIKCI;STOKADEDI;ALISFIYATI;SATISFIYATI;INDIRIMLIFIYAT;KDVORANI;PARABIRIMI;URUNAKTIF
77;501;TX-1;8690000000111;Keten masa örtüsü;;<p>140x180</p>;Norda;Norda;9;200;449,9;0;10;TL;1
78;502;TX-2;8690000000128;Pamuklu peçete;;;Norda;Norda;40;20;59,9;0;10;TL;1
79;503;TX-3;8690000000135;Şilte kılıfı;;;Norda;Norda;0;150;329,5;0;10;TL;0
""",
        "STOKKODU",
        "URUNADI",
        "SATISFIYATI",
        point=",",
        encoding="cp1254",
    ),
    partial(
        lined,
        "bling.csv",
        """
"ID";"Código";"Descrição";"Unidade";"NCM";"Origem";"Preço";"Valor IPI fixo";"Observações";"Situação";"Estoque";"Preço de custo";"Cód no fornecedor";"Fornecedor";"Localização";"GTIN/EAN";"Marca"
"16001110001";"BG-1";"Caneca esmaltada";"UN";"7323.94.00";"0";"39,90";"0,00";"";"Ativo";"12,00";"15,00";"NF-9";"Norda";"";"7890000000017";"Norda"
"16001110002";"BG-2";"Bule esmaltado";"UN";"7323.94.00";"0";"1.129,00";"0,00";"";"Ativo";"3,00";"500,00";"NF-8";"Norda";"";"7890000000024";"Norda"
"16001110003";"BG-3";"Saleiro de cerâmica";"UN";"6912.00.00";"0";"24,50";"0,00";"";"Inativo";"0,00";"9,00";"NF-7";"Norda";"";"7890000000031";"Norda"
""",
        "Código",
        "Descrição",
        "Preço",
        point=",",
    ),
    partial(
        lined,
        "tiny-erp.csv",
        """
ID;Código (SKU);Descrição;Unidade;Classificação fiscal;Origem;Preço;Valor IPI fixo;Observações;Situação;Estoque;Preço de custo;Cód do fornecedor;Fornecedor
720011001;TN-1;Rede de descanso;UN;6306.91.00;0;189,90;;;A;4,00;80,00;;Norda
720011002;TN-2;Tapete de algodão;UN;5702.92.00;0;99,00;;;A;12,00;40,00;;Norda
720011003;TN-3;Almofada bordada;UN;9404.90.00;0;59,90;;;I;0,00;20,00;;Norda
""",
        "Código (SKU)",
        "Descrição",
        "Preço",
        point=",",
        encoding="cp1252",
    ),
    partial(
        lined,
        "tray.csv",
        """
ID do produto;Referência;Nome do produto;Descrição HTML;Preço de venda em reais;Preço promocional em reais;Preço de custo;Estoque do produto;EAN;Marca;Disponível para venda
1201;TR-1;Cesto de palha;<p>Artesanal</p>;89.90;;40.00;8;7890000000116;Norda;Sim
1202;TR-2;Vaso de barro;;129.00;99.00;50.00;3;7890000000123;Norda;Sim
1203;TR-3;Porta-copos;;35.50;;12.00;0;7890000000130;Norda;Não
""",
        "Referência",
        "Nome do produto",
        "Preço de venda em reais",
    ),
    partial(
        lined,
        "vtex.csv",
        """
_IDSKU (Não alterável),_NomeSKU,_AtivarSKUSePossível,_SKUAtivo (Não alterável),_EANSKU,_CodigoReferenciaSKU,_IDProduto (Não alterável),_NomeProduto (Obrigatório),_ProdutoAtivo (Não alterável),_CodigoReferenciaProduto,_BreveDescricaoProduto
3101,Azul P,SIM,SIM,7890000000215,VX-AZ-P,880,Camisa de linho,SIM,VX-AZ,Linho puro
3102,Azul M,SIM,SIM,7890000000222,VX-AZ-M,880,Camisa de linho,SIM,VX-AZ,Linho puro
3103,Único,SIM,NÃO,7890000000239,VX-CH,881,Chapéu de palha,SIM,VX-CH,
""",
        "_CodigoReferenciaSKU",
        "_NomeProduto (Obrigatório)",
        mark=",",
    ),
    partial(
        lined,
        "brazilian-till.csv",
        """
Cód. Interno;Cód. Barras;Produto;Grupo;Preço Custo;Preço Venda;Estoque;Ativo
000101;7890000000314;Café torrado 500 g;Mercearia;12,00;24,90;40;S
000102;7890000000321;Açúcar mascavo;Mercearia;6,00;11,50;25;S
000103;7890000000338;Filtro de papel;Mercearia;2,00;4,90;90;N
""",
        "Cód. Interno",
        "Produto",
        "Preço Venda",
        point=",",
        encoding="cp1252",
    ),
    partial(
        lined,
        "mexican-till.csv",
        """
Código,Producto,P. Costo,P. Venta,P. Mayoreo,Departamento,Existencia,Inv. Mínimo,Tipo de Venta
7500000000017,Molcajete de piedra,$250.00,$450.00,$400.00,Cocina,6,1,Unidad
7500000000024,Comal de barro,$80.00,$165.00,$150.00,Cocina,12,2,Unidad
7500000000031,Tortillero bordado,$40.00,$95.00,$80.00,Cocina,30,5,Unidad
""",
        "Código",
        "Producto",
        "P. Venta",
        mark=",",
    ),
    partial(
        lined,
        "sapo.csv",
        """
Tên sản phẩm*,Hình thức quản lý sản phẩm,Loại sản phẩm,Mô tả sản phẩm,Nhãn hiệu,Tags,Mã SKU*,Barcode,Khối lượng,Đơn vị,PL_Giá bán lẻ,PL_Giá bán buôn,PL_Giá nhập
Nồi đất Vũng Liêm,Sản phẩm thường,Nồi,,Norda,,SP-01,8930000000011,1200,cái,185000,160000,90000
Ấm tử sa,Sản phẩm thường,Ấm,,Norda,,SP-02,8930000000028,600,cái,1250000,1100000,700000
Khay gỗ mít,Sản phẩm thường,Khay,,Norda,,SP-03,8930000000035,900,cái,320000,280000,150000
""",
        "Mã SKU*",
        "Tên sản phẩm*",
        "PL_Giá bán lẻ",
        mark=",",
        encoding="utf-8-sig",
    ),
    partial(
        lined,
        "kiotviet.csv",
        """
Loại hàng,Nhóm hàng(3 Cấp),Mã hàng,Mã vạch,Tên hàng,Thương hiệu,Giá bán,Giá vốn,Tồn kho,ĐVT,Đang kinh doanh
Hàng hóa,Đồ gia dụng,SP000001,,Chảo gang,Norda,450000,280000,12,Cái,1
Hàng hóa,Đồ gia dụng,SP000002,,Thớt gỗ nghiến,Norda,220000,120000,30,Cái,1
Hàng hóa,Đồ gia dụng,SP000003,,Đũa tre,Norda,35000,12000,0,Bộ,0
""",
        "Mã hàng",
        "Tên hàng",
        "Giá bán",
        mark=",",
        encoding="utf-8-sig",
    ),
    partial(
        lined,
        "bukalapak.csv",
        """
Nama Barang(Wajib),Stok(Minimum 1) (Wajib),Berat (gram) (Wajib),Harga (Rp) (Wajib),Kondisi(Baru/Bekas) (Wajib),Deskripsi(Wajib),Wajib Asuransi? (Ya/Tidak),URL Gambar 1 (Wajib),SKU Barang
Wajan besi 28 cm,20,1800,185000,Baru,Wajan besi cor,Tidak,https://b.example/1.jpg,BL-W28
Cobek batu,8,3500,120000,Baru,Batu asli,Tidak,https://b.example/2.jpg,BL-C1
Kukusan bambu,15,700,65000,Baru,Bambu,Tidak,https://b.example/3.jpg,BL-K1
""",
        "SKU Barang",
        "Nama Barang(Wajib)",
        "Harga (Rp) (Wajib)",
        mark=",",
    ),
    partial(
        lined,
        "jd.csv",
        """
商品编号,SKU编号,商品名称,商家SKU,品牌,类目,市场价,京东价,库存,上下架状态
10021001,70011001,铸铁炒锅 32厘米,JD-CG32,诺达,厨具,399.00,299.00,120,上架
10021002,70011002,竹制砧板,JD-ZB01,诺达,厨具,129.00,89.00,60,上架
10021003,70011003,陶瓷茶壶,JD-CH01,诺达,茶具,259.00,199.00,0,下架
""",
        "商家SKU",
        "商品名称",
        "京东价",
        mark=",",
        encoding="gbk",
    ),
    partial(
        lined,
        "kingdee.csv",
        """
物料代码,物料名称,规格型号,基本计量单位,销售单价,采购单价,默认仓库,条形码
01.01.0001,不锈钢螺丝,M6×20,个,0.35,0.12,原材料仓,6900000000018
01.01.0002,不锈钢螺母,M6,个,0.20,0.08,原材料仓,6900000000025
01.02.0001,铝合金支架,L型,件,18.50,9.00,成品仓,6900000000032
""",
        "物料代码",
        "物料名称",
        "销售单价",
        mark=",",
        encoding="gb18030",
    ),
    partial(
        lined,
        "next-engine.csv",
        """
syohin_code,sire_code,jan_code,maker_name,maker_jyusyo,syohin_name,syohin_kbn,toriatukai_kbn,genka_tnk,hyoji_tnk,baika_tnk,daihyo_syohin_code
ne-001,1001,4900000000016,ノルダ,,鉄のフライパン 26cm,0,0,1800,0,3980,
ne-002,1001,4900000000023,ノルダ,,木の鍋敷き,0,0,400,0,1200,
ne-003,1002,4900000000030,ノルダ,,急須 常滑焼,0,0,2500,0,5500,
""",
        "syohin_code",
        "syohin_name",
        "baika_tnk",
        mark=",",
        encoding="cp932",
    ),
    partial(
        lined,
        "smaregi.csv",
        """
商品ID,部門ID,商品コード,商品名,商品カナ,品番,税区分,商品単価,原価,端末表示,在庫管理区分
8000001,1,4900000000115,ドリップポット,ドリップポット,SM-01,0,4980,2200,1,0
8000002,1,4900000000122,コーヒーミル,コーヒーミル,SM-02,0,7800,3900,1,0
8000003,2,4900000000139,ペーパーフィルター,ペーパーフィルター,SM-03,0,450,180,1,0
""",
        "品番",
        mark=",",
        encoding="cp932",
        asks=True,
    ),
    partial(
        lined,
        "cafe24.csv",
        """
상품코드,자체 상품코드,진열상태,판매상태,상품명,영문 상품명,상품명(관리용),공급사 상품명,모델명,상품 요약설명,소비자가,공급가,상품가,판매가,과세구분
P0000BAA,CF-01,Y,Y,무쇠 프라이팬,,,,,,59000,25000,45000,49500,A
P0000BAB,CF-02,Y,Y,옻칠 수저,,,,,,25000,9000,20000,22000,A
P0000BAC,CF-03,N,N,유기 그릇,,,,,,120000,60000,90000,99000,A
""",
        "상품코드",
        "상품명",
        "판매가",
        mark=",",
        encoding="utf-8-sig",
    ),
    partial(
        lined,
        "zort-thai.csv",
        """
รหัสสินค้า,ชื่อสินค้า,หมวดหมู่,ราคาขาย,ราคาซื้อ,จำนวนคงเหลือ,หน่วย,บาร์โค้ด
ZT-001,กระทะเหล็ก,ครัว,590,300,12,ใบ,8850000000011
ZT-002,ครกหิน,ครัว,850,400,5,ชุด,8850000000028
ZT-003,ตะกร้าหวาย,บ้าน,320,150,20,ใบ,8850000000035
""",
        "รหัสสินค้า",
        "ชื่อสินค้า",
        "ราคาขาย",
        mark=",",
        encoding="cp874",
    ),
    partial(
        lined,
        "zid.csv",
        """
معرف المنتج,اسم المنتج,رمز التخزين SKU,السعر,سعر التكلفة,السعر المخفض,الكمية,حالة النشر
5001,دلة قهوة نحاسية,ZD-1,249,120,,12,منشور
5002,فنجان خزف,ZD-2,35,12,29,60,منشور
5003,مبخرة خشبية,ZD-3,99,40,,0,غير منشور
""",
        "رمز التخزين SKU",
        "اسم المنتج",
        "السعر",
        mark=",",
    ),
    partial(
        lined,
        "arabic-iso.csv",
        """
رقم الصنف;اسم الصنف;الوحدة;سعر البيع;الكمية
1001;سكر أبيض ناعم;كيس;12.50;40
1002;أرز بسمتي طويل;كيس;35.00;25
1003;شاي أسود;علبة;8.75;100
1004;زيت زيتون بكر;زجاجة;49.00;18
""",
        "رقم الصنف",
        "اسم الصنف",
        "سعر البيع",
        encoding="iso8859-6",
    ),
    partial(
        lined,
        "konimbo.csv",
        """
מזהה,מק"ט,כותרת,תיאור קצר,מחיר,מחיר מבצע,מלאי,מוצג באתר
3001,KN-1,סיר ברזל יצוק,24 ס"מ,349,299,8,כן
3002,KN-2,קרש חיתוך,עץ זית,129,,20,כן
3003,KN-3,קומקום,,189,,0,לא
""",
        'מק"ט',
        "כותרת",
        "מחיר",
        mark=",",
        encoding="cp1255",
    ),
)
