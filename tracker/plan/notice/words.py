"""Words of administrative Vietnamese that end a name: the verbs and adverbs an assignment goes on with."""

from __future__ import annotations

import re

_VERBS = """
chủ trì|phối hợp|tham mưu|tổ chức|xây dựng|triển khai|thực hiện|rà soát|báo cáo|hướng dẫn|chỉ đạo|kiểm tra|đôn đốc|theo dõi
|tổng hợp|hoàn thiện|hoàn thành|ban hành|đề xuất|đẩy nhanh|đẩy mạnh|tăng cường|tập trung|tiếp tục|tiếp thu|tiếp nhận|khẩn trương
|chủ động|kịp thời|thường xuyên|nghiêm túc|quyết liệt|tích cực|nhanh chóng|sớm|ngay|căn cứ|trên cơ sở|nghiên cứu|khảo sát
|đánh giá|thẩm định|trình|gửi|cung cấp|cập nhật|công bố|công khai|tuyên truyền|phổ biến|quán triệt|vận động|hỗ trợ|bố trí
|cân đối|cấp|phân bổ|giải ngân|giải quyết|giải phóng|xử lý|khắc phục|tháo gỡ|chuẩn bị|lập|soạn thảo|dự thảo|đăng ký|đăng tải
|phát động|phát triển|phát huy|phát hành|quản lý|vận hành|duy trì|bảo đảm|đảm bảo|bàn giao|nghiệm thu|quyết toán|thanh tra|giám sát
|thanh toán|thu|thu hút|thu hồi|thúc đẩy|kết nối|tích hợp|chia sẻ|số hóa|chuyển đổi|đào tạo|bồi dưỡng|tập huấn|tuyển dụng|sắp xếp
|bổ sung|sửa đổi|điều chỉnh|điều tra|đấu tranh|phòng ngừa|phòng chống|ngăn chặn|xác minh|xác định|làm|làm việc|làm rõ|lấy ý kiến|cho ý kiến
|tham gia|đồng chủ trì|cùng|cùng với|có|có trách nhiệm|có văn bản|có biện pháp|có giải pháp|có kế hoạch|chịu trách nhiệm|cần|phải|là|được|bị|đã|đang|chưa|không|tự
|và các nội dung|để|nhằm|theo|trong|trước|sau|trên|tại|từ|đến|với|về|do|của|cho|qua|khi|nếu|vào|chậm nhất|hằng|hàng tuần|hàng tháng|hàng quý|hàng ngày|hàng năm|định kỳ|lưu ý|nắm|nâng cao
|mở rộng|mở|đưa|lựa chọn|ưu tiên|khuyến khích|huy động|khai thác|khôi phục|ứng phó|ứng trực|trực|vệ sinh|tiêu hủy|tiêm|phun|trồng
|thành lập|kiện toàn|phân công|giao|ủy quyền|yêu cầu|đề nghị|kiến nghị|tham khảo|trả lời|giải trình|thông báo|thông tin|thông suốt|đưa tin|đăng
|thống kê|thống nhất|tính toán|tính|rút ngắn|giảm|tăng|cắt giảm|tiết kiệm|nộp|hạch toán|kiểm soát|kiểm kê|kiểm điểm|siết chặt|chấn chỉnh
|bám sát|tranh thủ|phê duyệt|quyết định|quy định|ký|ký kết|khởi công|thi công|đầu tư|sửa chữa|nâng cấp|lắp đặt|mua sắm|trang bị|bảo vệ
|bảo trì|bảo quản|bảo tồn|sử dụng|áp dụng|ứng dụng|thí điểm|thử nghiệm|đánh dấu|in|phát|nhắc nhở|biểu dương|khen thưởng|đăng cai|đón|chúc
|hoàn tất|hoàn trả|chi trả|chi|vay|cho vay|cấm|dừng|tạm dừng|chấm dứt|loại bỏ|xóa|thay thế|thay|di dời|cưỡng chế|đền bù|bồi thường
|quan tâm|cử|đăng|đón tiếp|tham dự|dự|chuyển|chuyển giao|điều phối|điều hành|điều động|đề cao|gắn|gương mẫu|hợp tác|hình thành|làm đầu mối|liên hệ|liên kết|mời
|nêu|phản ánh|phản hồi|phân tích|phân loại|phân cấp|phê bình|quy hoạch|rút kinh nghiệm|tái cơ cấu|tạo|tạo điều kiện|tận dụng|thay mặt|tiến hành|tìm|tìm kiếm|tiêu thụ|tu bổ|vào cuộc|vận chuyển|xem xét|xúc tiến|xuất bản|ổn định|đối thoại|đối chiếu|đồng bộ|đồng thời|đo đạc|gia cố|gia hạn|hạn chế|khoanh vùng|khởi tố|kết thúc|kêu gọi|lồng ghép|nhân rộng|niêm yết|phục hồi|phục vụ|rải|sơ kết|tổng kết|tổng kiểm tra|tổng rà soát|thành|thẩm tra|thể chế hóa|thiết lập|thiết kế|thu gom|thu thập|thu nhận|truy thu|tự kiểm tra|tri ân|thăm|cảnh báo|bắt đầu|bình ổn|chăm lo|chăm sóc|cải tạo|cải thiện|cải cách|cụ thể hóa|dành|duyệt|giáo dục|giới thiệu|giữ|giữ vững|góp ý|hiện đại hóa|hỏi|hưởng ứng|khám|khẳng định|lắng nghe|luân phiên|miễn|nạo vét|nhập|nhận|nuôi|nỗ lực|phấn đấu|quảng bá|quy tập|tham vấn|truyền thông|trao|treo|tuần tra|xác nhận|xã hội hóa|đăng kiểm|đảm nhận|đảm nhiệm
|đầu mối|lãnh đạo|nhất là|đặc biệt|đồng hành|hàng năm|hằng năm|phụ trách|thuê|trích|tổ|vớt|chốt|chốt chặn|rà|tham|sàng lọc|điều trị|cứu chữa|tiêu độc|khử trùng|phá dỡ|nâng|hướng|dọn|dọn dẹp|giúp|giúp đỡ|quét|chặt|cắt|tỉa|đóng|mời gọi|kích cầu|trao đổi|thỏa thuận|lên|đi|hoạt động|cam kết|tôn trọng|chấp hành|tuân thủ
|hoàn chỉnh|củng cố|cụ thể|tham vấn|tái lập|thẩm mỹ|khơi thông|khơi dậy|gia tăng|gieo|cấy|thu hoạch|phòng trừ|tiêm phòng|tái đàn|kê khai|kết luận|khuyến cáo|nhắc|quan trắc|xét|xét duyệt|xét nghiệm|thẩm tra|truy xuất|bán|mua|đấu giá|đấu thầu|lựa chọn nhà thầu|mở thầu|tạm ứng|hoàn ứng|thanh lý|bổ nhiệm|luân chuyển|điều tiết|xả|tích nước|chống|chống hạn|cứu hộ|cứu nạn|sơ tán|neo đậu|dự báo|dự phòng|dự trữ|dự trù|cam đoan|kéo giảm|nâng hạng|niêm phong|phong tỏa|rà phá|phân luồng|phân làn|tổ chức lại|bắn|trình diễn|biểu diễn|trưng bày|tôn vinh|kỷ niệm|trang trí|chỉnh trang|lát|thảm|vá|gắn kết|kiện toàn|tinh gọn|sáp nhập|hợp nhất|giải thể|tiếp|tiếp công dân|đối chiếu|nghe|họp|giao ban|báo|gọi|nêu rõ|làm sạch|xóa bỏ|tắt|bật|khóa|mã hóa|cài đặt|sao lưu|khởi động|kích hoạt|xác thực|định danh|cấp phát|trợ cấp|trợ giúp|tiếp sức|tặng|hiến|quyên góp|ủng hộ|cưu mang|che chắn|gia hạn|thông tuyến|thông xe|lưu thông|khánh thành|động thổ|hướng tới|tìm hiểu|học tập|tham quan|quay|chụp|ghi hình|phỏng vấn|đưa vào|bảo trợ|bảo lãnh|bảo hành|kiểm định|kiểm nghiệm|kiểm dịch|hậu kiểm|tiền kiểm|tái kiểm tra|cân nhắc|tính toán|lượng hóa|quy đổi|ấn định|khống chế|cô lập|giãn|hoãn|tạm hoãn|lùi|đẩy lùi|đảm bảo|bảo đảm an toàn|không để
"""
VERB = re.compile(
    r"(?:"
    + "|".join(sorted({w.strip() for w in _VERBS.replace("\n", "|").split("|") if w.strip()}, key=len, reverse=True))
    + r")\b"
)
"""A verb, an adverb or a preposition, at the start of a word: no name goes on there."""

VERB_PHRASES = tuple(sorted({w.strip() for w in _VERBS.replace("\n", "|").split("|") if " " in w.strip()}))

ADVERBS = (
    r"(?:khẩn trương|tiếp tục|chủ động|kịp thời|thường xuyên|tích cực|nghiêm túc|quyết liệt|nhanh chóng|sớm|ngay|cần|phải|có trách nhiệm"
    r"|chịu trách nhiệm|tập trung|tăng cường|đồng thời|trực tiếp|đẩy mạnh|nghiên cứu|chặt chẽ|cùng|cũng|sẽ|được giao|nghiên cứu,)"
)
"""What may stand between an agency and its "chủ trì" or "phối hợp"."""

FIELDS = """
Nông nghiệp và Phát triển nông thôn|Nông nghiệp và PTNT|Nông nghiệp và Môi trường|Tài nguyên và Môi trường|Khoa học và Công nghệ
|Thông tin và Truyền thông|Giáo dục và Đào tạo|Kế hoạch và Đầu tư|Lao động - Thương binh và Xã hội|Lao động, Thương binh và Xã hội
|Lao động Thương binh và Xã hội|Văn hóa, Thể thao và Du lịch|Văn hóa và Thể thao|Văn hóa, Thể thao|Văn hoá - Thể thao và Du lịch|Du lịch|Giao thông vận tải|Giao thông Vận tải
|Giao thông công chính|Quy hoạch - Kiến trúc|Quy hoạch và Kiến trúc|Dân tộc và Tôn giáo|An toàn thực phẩm|Công Thương|Công thương|Tài chính|Xây dựng|Nội vụ|Tư pháp|Y tế|Ngoại vụ|Dân tộc
|Thông tin và TT|KH&CN|TT&TT|GD&ĐT|KH&ĐT|LĐ-TB&XH|LĐTBXH|LĐTB&XH|VHTT&DL|VHTTDL|VH,TT&DL|VHTT|GTVT|NN&MT|NN&PTNT|TN&MT|TC|XD|NV|YT|TP|CT|GDĐT|KHCN|TTTT|TNMT|NNMT|KHĐT
"""
FIELD_NAMES = tuple(w.strip() for w in FIELDS.replace("\n", "|").split("|") if w.strip())
"""Fields of provincial departments all over the country: what follows "Sở"."""

PROVINCES = """
An Giang|Bà Rịa - Vũng Tàu|Bạc Liêu|Bắc Giang|Bắc Kạn|Bắc Ninh|Bến Tre|Bình Dương|Bình Định|Bình Phước|Bình Thuận|Cà Mau|Cao Bằng|Cần Thơ|Đà Nẵng
|Đắk Lắk|Đắk Nông|Điện Biên|Đồng Nai|Đồng Tháp|Gia Lai|Hà Giang|Hà Nam|Hà Nội|Hà Tĩnh|Hải Dương|Hải Phòng|Hậu Giang|Hòa Bình|Hưng Yên|Khánh Hòa
|Kiên Giang|Kon Tum|Lai Châu|Lạng Sơn|Lào Cai|Lâm Đồng|Long An|Nam Định|Nghệ An|Ninh Bình|Ninh Thuận|Phú Thọ|Phú Yên|Quảng Bình|Quảng Nam|Quảng Ngãi
|Quảng Ninh|Quảng Trị|Sóc Trăng|Sơn La|Tây Ninh|Thái Bình|Thái Nguyên|Thanh Hóa|Thừa Thiên Huế|Tiền Giang|Trà Vinh|Tuyên Quang|Vĩnh Long|Vĩnh Phúc|Yên Bái|Hồ Chí Minh
"""
PLACES = tuple(w.strip() for w in PROVINCES.replace("\n", "|").split("|") if w.strip())
"""Provinces and cities, those merged in 2025 included: a scan's "HAI DUONG" is one of them."""

COMMON_NAMES = """
Ủy ban nhân dân tỉnh|Ủy ban nhân dân thành phố|Ủy ban nhân dân huyện|Ủy ban nhân dân|Hội đồng nhân dân tỉnh|Hội đồng nhân dân|UBND tỉnh|UBND thành phố|HĐND tỉnh|Văn phòng UBND tỉnh|Văn phòng UBND thành phố|Văn phòng UBND|Công an tỉnh|Công an thành phố|Công an huyện|Thanh tra tỉnh|Thanh tra thành phố
|Bộ Chỉ huy Quân sự tỉnh|Bộ Chỉ huy Bộ đội Biên phòng tỉnh|Bộ Chỉ huy quân sự|Ngân hàng Nhà nước Việt Nam chi nhánh tỉnh|Ngân hàng Nhà nước Việt Nam|Cục Thuế tỉnh|Cục Thống kê tỉnh|Cục Hải quan|Kho bạc Nhà nước tỉnh|Kho bạc Nhà nước
|Bảo hiểm xã hội tỉnh|Đài Phát thanh và Truyền hình tỉnh|Đài Phát thanh và Truyền hình|Cổng thông tin điện tử tỉnh|Cổng thông tin điện tử|Ban Quản lý|Ban Quản lý các khu công nghiệp|Ban Quản lý dự án|Ban Chỉ đạo|Tổ Giúp việc|Tổ Công tác
|Trung tâm|Công ty Điện lực|Công ty cổ phần|Tổng công ty|Tập đoàn|Tỉnh đoàn|Mặt trận Tổ quốc|Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh|Hội Nông dân tỉnh|Hội Liên hiệp Phụ nữ tỉnh|Liên đoàn Lao động tỉnh|Tòa án nhân dân tỉnh|Viện kiểm sát nhân dân tỉnh
|các sở, ngành, địa phương|các sở, ban, ngành, địa phương|các sở, ban, ngành|các sở, ngành|các cơ quan, đơn vị liên quan|các cơ quan, đơn vị|các đơn vị liên quan|các sở, ngành, cơ quan, đơn vị liên quan|các địa phương|các ngân hàng|các đồng chí Phó Chủ tịch UBND tỉnh
|UBND các huyện, thị xã, thành phố|UBND các huyện, thành phố|UBND các xã, phường, thị trấn|UBND các xã, phường, đặc khu|UBND các xã, phường|UBND cấp huyện|UBND cấp xã|UBND huyện|UBND thị xã|UBND xã|UBND phường|các doanh nghiệp|các tổ chức|các trường|cơ quan|đơn vị|địa phương|liên quan
"""
COMMON = tuple(w.strip() for w in COMMON_NAMES.replace("\n", "|").split("|") if w.strip())
"""Names that occur in every province, in their right spelling."""
