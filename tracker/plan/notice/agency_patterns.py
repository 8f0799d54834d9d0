"""Patterns of agencies' names, on `tracker.plan.notice.text.key` of a text: heads, levels, groups, persons who stand for one.

What every province has is written here; a plan's own names come from its master sheet (`agencies`).
"""

from __future__ import annotations

import re

LEVEL = r"(?:tỉnh|thành phố|tp\.?|quận|huyện|thị xã|tx\.?|xã|phường|thị trấn|đặc khu|trung ương|khu vực(?: (?:[ivx]+|\d+))?|cấp tỉnh|cấp huyện|cấp xã|cơ sở)"
LEVELS = re.compile(rf"{LEVEL}(?![\w])")
UNIT = r"(?:tỉnh|thành phố|quận|huyện|thị xã|xã|phường|thị trấn|đặc khu)"
ABOUT = (
    r"(?:\s*(?:liên quan|có liên quan|trực thuộc(?: (?:tỉnh|thành phố|trung ương|ubnd tỉnh|ubnd thành phố|sở))?|thuộc (?:tỉnh|thành phố|ubnd tỉnh|sở|huyện)|của (?:tỉnh|thành phố|huyện)"
    r"|cấp (?:tỉnh|huyện|xã|thành phố|cơ sở)(?:(?:,| và|, cấp) (?:cấp )?(?:tỉnh|huyện|xã))*|tỉnh|thành phố|trung ương|chức năng|chuyên môn|địa phương|nhà nước|sự nghiệp(?: công lập)?|mầm non|tiểu học|trung học(?: cơ sở| phổ thông)?|thcs|thpt|phổ thông|tư vấn(?: (?:giám sát|thiết kế|thẩm tra))?|thành viên|trực tiếp quản lý|ngang bộ|thuộc chính phủ|ngành dọc|chủ quản|quản lý nhà nước"
    r"|trên địa bàn(?: (?:tỉnh|thành phố|huyện|xã|phường))?|đóng trên địa bàn(?: (?:tỉnh|thành phố|huyện))?|được giao(?: nhiệm vụ| chủ trì| làm chủ đầu tư)?|trong (?:tỉnh|ngành)|chính trị\s*-\s*xã hội|xã hội|nghề nghiệp|đoàn thể|công lập|biên giới|miền núi|ven biển|vùng cao|trọng điểm|phía (?:bắc|nam|đông|tây)))*"
)
NOUN = (
    r"(?:(?:doanh nghiệp|công ty|nhà thầu|hợp tác xã) (?:viễn thông|thi công|tư vấn|kinh doanh(?: [a-z]+)?|du lịch|vận tải|lữ hành|bảo hiểm|công nghệ|thương mại|khai thác|bưu chính)(?: và [a-z]+ [a-z]+)?|sở|bộ phận|ban quản lý dự án|ban quản lý|ban chỉ đạo|ban|ngành|cơ quan báo chí|cơ quan truyền thông|cơ quan|đơn vị|địa phương|tổ chức tín dụng|tổ chức|đoàn thể|hội|hiệp hội|doanh nghiệp|ngân hàng|chủ đầu tư|nhà thầu|nhà đầu tư"
    r"|phòng|cục|chi cục|bộ|bệnh viện|trung tâm|trường đại học|trường học|trường|cơ sở giáo dục|cơ sở|nhà trường|nhà mạng|công ty|tập đoàn|tổng công ty|hợp tác xã|tổ công tác|tổ dân phố|thôn|bản|ấp|khóm|khu phố|khu dân cư"
    r"|thành viên|huyện|thị xã|thành phố|quận|xã|phường|thị trấn|đặc khu|cá nhân|lực lượng|trạm|viện|cấp|đại lý|chủ rừng|chủ hồ|báo|đài|tỉnh|khu|hộ)"
)
GROUP = re.compile(
    rf"(?:(?:tất cả|toàn thể|đại diện)\s+)?(?:các|những|mọi)\s+{NOUN}(?!\s+(?:nội dung|bộ|vấn đề))\b{ABOUT}"
    rf"(?:\s*(?:,|;|/|-|và|,\s*và)\s*(?:các\s+)?{NOUN}\b(?!\s+[A-Z]){ABOUT})*"
)
BARE_GROUP = re.compile(
    rf"(?:sở|cơ quan|đơn vị)\s*,\s*(?:ban\s*,\s*)?(?:ngành|đơn vị|địa phương|tổ chức)\b(?:\s*(?:,|và)\s*{NOUN}\b)*{ABOUT}|(?:chính quyền|cấp ủy|nhà trường|ngành)\s+(?:các cấp|địa phương|cơ sở|chức năng)|nhà trường(?! [a-z])"
)
PEOPLE_COMMITTEE = re.compile(
    rf"(?:ubnd|ủy ban nhân dân|hđnd|hội đồng nhân dân|ubmttq|ủy ban mttq|ban quản lý|công an|đảng ủy|trạm y tế|trung tâm y tế|hội nông dân|hội phụ nữ|bchqs|phòng|cấp ủy|chính quyền)\s+(?:cấp\s+(?:tỉnh|huyện|xã)(?:\s*(?:,|và)\s*(?:cấp\s+)?(?:huyện|xã))*"
    rf"|(?:các\s+|tất cả các\s+)?{UNIT}(?:\s*(?:,|và|,\s*và)\s*(?:các\s+)?{UNIT})+{ABOUT}|các\s+{UNIT}\b{ABOUT}|{UNIT}(?=\W|$))"
)
PLACES = re.compile(rf"(?P<head>ubnd|ủy ban nhân dân|công an)\s+(?:các\s+)?(?P<unit>{UNIT})\s*:?\s+(?=\S)")
DEPARTMENTS = re.compile(r"(?:các\s+)?(?:sở\s*:|các\s+sở\s*:?)\s*")
SEVERAL = re.compile(
    r"các\s+(?P<head>ban(?! (?:quản lý|chỉ đạo|chỉ huy|tổ chức|thường vụ))|phòng|vụ|cục|chi cục|bộ(?! (?:chỉ huy|tư lệnh|phận))|viện|khoa|trường|bệnh viện|công ty|trung tâm|hội|tổ)\s*(?P<colon>:)?\s+"
)
PLURAL_LEVEL = re.compile(rf"\s+các\s+{UNIT}(?:\s*(?:,|và|,\s*và)\s*(?:các\s+)?{UNIT})*(?![\w]){ABOUT}")
SHORT = re.compile(r"(?:đ/c|đồng chí|ông|bà)\s+")
PERSONS = re.compile(
    r"(?:các\s+)?(?:đồng chí|đ/c|ông\s*,\s*bà|ông|bà)?\s*(?:các\s+)?(?:(?:bí thư chi bộ\s*,\s*)?trưởng\s+(?:các\s+)?(?:thôn|bản|ấp|khóm|buôn|làng|khu phố|khu dân cư|tổ dân phố)(?:\s*,\s*(?:thôn|bản|ấp|khóm|khu phố|khu dân cư|tổ dân phố))*|(?:phó\s+chủ\s+tịch(?:\s+thường\s+trực)?|pct|tổ trưởng|thành viên|ủy viên|lãnh đạo)\s+(?:ubnd|ủy ban nhân dân|hđnd|ban chỉ đạo|các tổ công tác|tổ công tác|văn phòng ubnd)(?:\s+(?:tỉnh|thành phố|huyện|xã))?)(?!\w)"
)
OF_PERSON = re.compile(
    r"(?:(?:các\s+)?(?:đồng chí|đ/c|ông|bà)\s+)?(?:quyền\s+)?(?:phó\s+)?(?:thủ trưởng|người đứng đầu|tổng giám đốc|giám đốc|lãnh đạo|bộ trưởng|thống đốc|tổng cục trưởng|chi cục trưởng|cục trưởng|vụ trưởng|viện trưởng|hạt trưởng|trạm trưởng|chánh|chính ủy|tổng biên tập|chủ nhiệm"
    r"|chủ tịch|trưởng|bí thư|hiệu trưởng|chỉ huy trưởng|tư lệnh)\s+"
)
MULTI_HEADS = re.compile(
    r"(?:(?:văn phòng|cơ quan|bộ phận) thường trực|(?:tổng )?công ty(?: (?:cổ phần|tnhh(?: (?:một thành viên|mtv))?))?|tập đoàn|tổng cục|chi cục|phân viện|ban quản lý dự án|ban quản lý|ban điều hành|trung tâm|văn phòng|chi nhánh|ban chỉ đạo|ban chỉ huy|ban thường vụ|ban tổ chức|ban"
    r"|sở|cục|vụ|phòng|bộ chỉ huy|bộ tư lệnh|bộ|viện kiểm sát nhân dân|viện ksnd|viện|tòa án nhân dân|tand|vksnd|kho bạc nhà nước|kbnn|bảo hiểm xã hội|bhxh|ngân hàng|nhnn|quỹ"
    r"|liên đoàn|liên minh|liên hiệp|hiệp hội|hội đồng|hội|đoàn|tỉnh đoàn|thành đoàn|ủy ban|trường|học viện|đại học|bệnh viện|đài|báo|tạp chí|nhà xuất bản|công an|thanh tra|hải quan|thuế|cảng vụ|cảng|điện lực|bưu điện|viễn thông|vnpt|viettel|mobifone|evn|pc|fpt"
    r"|cổng thông tin|cổng|tổ công tác|tổ giúp việc|tổ|đội|trạm|nhà hát|nhà văn hóa|nhà thi đấu|bảo tàng|thư viện|đồn biên phòng|trung đoàn|lữ đoàn|nhà máy|xí nghiệp|hạt|vườn|khu|huyện đoàn|mặt trận|ubmttq|mttq|bộ đội|quân khu|sư đoàn|hợp tác xã|htx|tổng(?! (?:giám đốc|biên tập|thư ký|bí thư))|cụm|chính phủ|thủ tướng|vietcombank|agribank|bidv|vietinbank"
    r"|huyện ủy|thành ủy|tỉnh ủy|thị ủy|đảng ủy|thường trực|hđnd|ubnd|chủ đầu tư|nhà thầu|nhà đầu tư|kiểm lâm|bchqs|bđbp)(?![\w])"
)
ALONE = re.compile(
    r"(?:tỉnh ủy|thành ủy|huyện ủy|chính phủ|tỉnh đoàn|thành đoàn|huyện đoàn|thanh tra (?:tỉnh|thành phố|huyện)|công an (?:tỉnh|thành phố|huyện|quận|xã|phường)|mặt trận tổ quốc|thuế (?:tỉnh|thành phố)"
    r"|văn phòng (?:hđnd|hội đồng nhân dân|đoàn đbqh|đoàn đại biểu quốc hội|đảng ủy)(?:,? (?:hđnd|hội đồng nhân dân))? và (?:ubnd|ủy ban nhân dân|hđnd|hội đồng nhân dân)|báo và (?:đài )?phát thanh(?:(?:,| và| -) truyền hình)?|(?:cổng|trang) thông tin(?: điện tử)?|ban quản lý dự án(?: đầu tư)?(?: xây dựng)?(?: các)?(?: công trình)?(?: (?:giao thông|dân dụng(?: và công nghiệp)?|nông nghiệp(?: và phát triển nông thôn)?|thủy lợi|hạ tầng(?: đô thị| kỹ thuật)?|phát triển đô thị|công nghiệp))*|ban quản lý các khu (?:công nghiệp|kinh tế|di tích)"
    r"|ban chỉ đạo|tổ công tác(?: (?:đặc biệt|liên ngành|chuyên trách|số \d+))?|tổ giúp việc|(?:văn phòng|thanh tra|đảng ủy|công đoàn) (?:sở|bộ|cục|tổng công ty|tổng cục)|đảng ủy (?:mttq|mặt trận tổ quốc), các đoàn thể(?: trung ương)?|chủ đầu tư|nhà đầu tư|nhà thầu|điện lực (?:tỉnh|huyện)|bưu điện tỉnh|viễn thông tỉnh|báo và đài)(?![\w])"
)
ABBREVIATION = re.compile(r"[A-ZĐ][A-ZĐ&.\-]{1,}[A-ZĐ]?\d*")
JOIN = re.compile(r"\s*(?:\([^)]*\)\s*)?(?:,\s*và\s+|;\s*và\s+|[,;]\s*|\s+và\s+|\s*/\s*|\s+-\s+)")
