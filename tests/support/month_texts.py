"""Texts of the made-up month: agencies, tasks and answers as officials write them, awkward ones included."""

from __future__ import annotations

AGENCIES: tuple[tuple[str, str, str, str], ...] = (
    ("VPUB", "Văn phòng UBND tỉnh", "VP UBND tỉnh", "sở"),
    ("SKHCN", "Sở Khoa học và Công nghệ", "Sở KH&CN", "sở"),
    ("SNNMT", "Sở Nông nghiệp và Môi trường", "Sở NN&MT", "sở"),
    ("SVHTTDL", "Sở Văn hóa, Thể thao và Du lịch", "Sở VHTT&DL", "sở"),
    ("SYT", "Sở Y tế", "Sở Y tế", "sở"),
    ("CAT", "Công an tỉnh", "Công an tỉnh", "ngành dọc"),
    ("STP", "Sở Tư pháp", "Sở Tư pháp", "sở"),
    ("TPHD", "Ủy ban nhân dân thành phố Hải Dương", "UBND TP Hải Dương", "huyện"),
    ("SNV", "Sở Nội vụ", "Sở Nội vụ", "sở"),
    ("STC", "Sở Tài chính", "Sở Tài chính", "sở"),
    ("SXD", "Sở Xây dựng", "Sở Xây dựng", "sở"),
    ("SGDDT", "Sở Giáo dục và Đào tạo", "Sở GD&ĐT", "sở"),
    ("SCT", "Sở Công Thương", "Sở Công Thương", "sở"),
    ("TTT", "Thanh tra tỉnh", "Thanh tra tỉnh", "sở"),
    ("HTHA", "Ủy ban nhân dân huyện Thanh Hà", "UBND huyện Thanh Hà", "huyện"),
    ("HTMI", "Ủy ban nhân dân huyện Thanh Miện", "UBND huyện Thanh Miện", "huyện"),
    ("HNGI", "Ủy ban nhân dân huyện Ninh Giang", "UBND huyện Ninh Giang", "huyện"),
    ("HBGI", "Ủy ban nhân dân huyện Bình Giang", "UBND huyện Bình Giang", "huyện"),
)

CONTENTS: tuple[tuple[str, str], ...] = (
    (
        "Rà soát, tái cấu trúc quy trình thủ tục hành chính nội bộ; số hóa hồ sơ, kết quả giải "
        "quyết thủ tục hành chính, "
        "bảo đảm tỷ lệ hồ sơ tiếp nhận trực tuyến đạt chỉ tiêu được giao",
        "Chuyển đổi số",
    ),
    ("Xây dựng nền tảng tích hợp, chia sẻ dữ liệu của tỉnh", "Hạ tầng số"),
    ("Bố trí kinh phí cho khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số năm 2025", "Nguồn lực"),
    (
        "Tham mưu UBND tỉnh trình HĐND tỉnh ban hành nghị quyết về chính sách hỗ trợ phát triển "
        "công nghiệp công nghệ số, "
        "thu hút chuyên gia, nhà khoa học; báo cáo UBND tỉnh xem xét, quyết định theo đúng trình "
        "tự, thủ tục quy định của "
        "Luật Ban hành văn bản quy phạm pháp luật",
        "Thể chế",
    ),
    ("Thường xuyên tuyên truyền về chuyển đổi số trên các phương tiện thông tin đại chúng", "Tuyên truyền"),
    ("Phủ sóng 5G tại các khu công nghiệp, khu đô thị", "Hạ tầng số"),
    ("Cấp chữ ký số cá nhân cho cán bộ, công chức, viên chức", "Chuyển đổi số"),
    ("Triển khai thí điểm trợ lý ảo hỗ trợ công chức xử lý văn bản", "Ứng dụng trí tuệ nhân tạo"),
    ("Bồi dưỡng kỹ năng số cho người dân qua tổ công nghệ số cộng đồng", "Nhân lực số"),
    ("Lập đề án đô thị thông minh giai đoạn 2025-2030", "Đô thị thông minh"),
    ("Kết nối bệnh án điện tử giữa các cơ sở khám bệnh, chữa bệnh công lập", "Y tế số"),
    ("Làm sạch dữ liệu đất đai, hoàn thành kết nối với cơ sở dữ liệu quốc gia về dân cư", "Dữ liệu"),
)

RESULTS: tuple[str, ...] = (
    "Đã ban hành Kế hoạch số 45/KH-UBND ngày 05/03/2025; 12/18 phòng, đơn vị hoàn thành rà soát.",
    "=SUM(C4:C9) hồ sơ đã số hóa, đạt 92,5% kế hoạch tháng",
    "- Tổ chức 03 lớp tập huấn cho 245 người.\n- Cập nhật 1.602 hồ sơ lên hệ thống.\n- Kết nối thử thành công.",
    "+ Đã trình dự thảo lần 2; + đang lấy ý kiến các sở, ngành",
    "@Phòng CNTT đã tích hợp xong 07 dịch vụ công trực tuyến toàn trình",
    "Trong kỳ, cơ quan đã phối hợp với các đơn vị liên quan tổ chức khảo sát thực tế tại 12 huyện, "
    "thị xã, thành phố; tổng "
    "hợp nhu cầu đầu tư hạ tầng, thiết bị; làm việc với doanh nghiệp viễn thông về phương án lắp "
    "đặt trạm thu phát sóng; "
    "xây dựng dự thảo báo cáo nghiên cứu khả thi và gửi lấy ý kiến bằng văn bản. Đến nay đã nhận "
    "được 15/18 ý kiến, cơ bản "
    "thống nhất với nội dung dự thảo. Cơ quan đang tiếp thu, hoàn thiện để trình UBND tỉnh trong tháng tới.",
    "Đã hoàn thành 85% khối lượng công việc, còn 02 hạng mục chờ nghiệm thu.",
    "Cấp mới 320 chữ ký số; thu hồi 14 chữ ký số của người nghỉ chế độ <chuyển công tác> & nghỉ hưu.",
)

PRODUCTS: tuple[str, ...] = (
    "Quyết định số 512/QĐ-UBND ngày 07/03/2025",
    "https://dichvucong.vidu.gov.vn/bao-cao?ky=2025-03&dv=1",
    "Tờ trình số 88/TTr-SKHCN ngày 14/03/2025",
    "Biên bản nghiệm thu số 03/BBNT ngày 10/03/2025",
)

OBSTACLES: tuple[str, ...] = (
    "Chưa bố trí được kinh phí; phải điều chỉnh dự toán sau khi sáp nhập cơ quan.",
    "Phần mềm dùng chung của Bộ chưa mở cổng kết nối; đã gửi 02 công văn đề nghị nhưng chưa có phản hồi.",
    "Thiếu nhân lực chuyên trách công nghệ thông tin do sắp xếp tổ chức bộ máy.",
)

PROPOSALS: tuple[str, ...] = (
    "Đề nghị Sở Tài chính thẩm định, trình UBND tỉnh bổ sung kinh phí 1,2 tỷ đồng.",
    "Đề nghị Văn phòng UBND tỉnh đôn đốc các đơn vị gửi số liệu trước ngày 15 hằng tháng.",
)

PEOPLE: tuple[str, ...] = (
    "Trần Thị Hương, Phó Trưởng phòng Chuyển đổi số",
    "Nguyễn Văn Đức, chuyên viên",
    "Lê Quốc Ước, Trưởng phòng Tổng hợp",
    "Phạm Thị Ngọc Ánh, chuyên viên chính",
    "Đỗ Xuân Thủy, Phó Giám đốc",
    "Vũ Hồng Quý, Phó Chánh Văn phòng",
    "Bùi Đình Khỏe, Giám đốc",
)

INDICATORS: tuple[tuple[str, str, str, str, float], ...] = (
    ("CT01", "Tỷ lệ hồ sơ thủ tục hành chính tiếp nhận trực tuyến", "%", ">=", 85.0),
    ("CT02", "Tỷ lệ số hóa hồ sơ, kết quả giải quyết thủ tục hành chính", "%", ">=", 90.0),
    ("CT03", "Tỷ lệ người dân trưởng thành có chữ ký số cá nhân", "%", ">=", 50.0),
    ("CT04", "Số khu công nghiệp được phủ sóng 5G", "khu", ">=", 12.0),
)

FINDINGS: tuple[tuple[str, str, str], ...] = (
    ("R01", "E", "status"),
    ("R02", "E", "status"),
    ("R03", "E", "percent"),
    ("R04", "E", "completed_on"),
    ("R06", "E", "percent"),
    ("R09", "W", "product"),
    ("R12", "W", "obstacles"),
    ("R16", "W", "result"),
    ("R19", "W", "person"),
    ("F15", "W", ""),
    ("H01", "W", "percent"),
    ("F02", "E", ""),
    ("P08", "I", "status"),
    ("F07", "H", ""),
)
"""Code, severity, column; those of the file fall on the late, the refused and the held agency of the first eight."""
